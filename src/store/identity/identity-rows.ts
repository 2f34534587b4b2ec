// Named tokens and role rules as rows: fields and columns are those of the schema, which has the names of the domain.
import { getTableColumns, isNull } from "drizzle-orm";
import type { KnownIdentities } from "../../domain/identity/last-admin.ts";
import type { RoleRule } from "../../domain/identity/role-rule.ts";
import type { NamedToken } from "../../domain/identity/token.ts";
import type { Sql } from "../database/client.ts";
import { query } from "../database/query.ts";
import { type Columns, definitionsOf, namesOf, rowsJson } from "../database/recordset.ts";
import { roleRules, tokens } from "../database/schema.ts";

const { withdrawnAtMs: _, ...TOKEN_FIELDS } = getTableColumns(tokens);
const RULE_FIELDS = getTableColumns(roleRules);

/** Tokens that are not withdrawn, and rules. */
export async function readIdentities(sql: Sql): Promise<KnownIdentities> {
  const found = await query(sql, (db) =>
    db
      .select(TOKEN_FIELDS)
      .from(tokens)
      .where(isNull(tokens.withdrawnAtMs))
      .orderBy(tokens.madeAtMs, tokens.id),
  );
  const rules = await query(sql, (db) =>
    db.select(RULE_FIELDS).from(roleRules).orderBy(roleRules.addedAtMs, roleRules.id),
  );
  return { tokens: found, rules };
}

const insert = (table: string, columns: Columns) => `
  insert into ${table} (${namesOf(columns)})
  select ${namesOf(columns)}
  from json_to_recordset($1::text::json) as given (${definitionsOf(columns)})`;
const ADD_TOKEN = insert("tokens", TOKEN_FIELDS);
const ADD_RULE = insert("role_rules", RULE_FIELDS);

export async function insertToken(sql: Sql, token: NamedToken): Promise<void> {
  await sql.unsafe(ADD_TOKEN, [rowsJson(TOKEN_FIELDS, [token])], { prepare: true });
}

export async function insertRule(sql: Sql, rule: RoleRule): Promise<void> {
  await sql.unsafe(ADD_RULE, [rowsJson(RULE_FIELDS, [rule])], { prepare: true });
}
