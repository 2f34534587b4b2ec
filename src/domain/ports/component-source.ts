// The port of what knows versions: of the installation, of the database, of the models.
import type { Component } from "../version/component.ts";

/** Lists the components that it knows. A kind of components that is new has a source of its own. */
export type ComponentSource = () => readonly Component[] | Promise<readonly Component[]>;
