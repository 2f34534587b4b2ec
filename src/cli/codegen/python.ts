// Data points as constants of Python 3.9 and newer.
import type { CatalogueEntry } from "../catalogue.ts";
import { SUBCLASS } from "./path-names.ts";
import type { PathNode } from "./path-tree.ts";
import { docLines, indented, literal } from "./texts.ts";

const CLASSES: Readonly<Record<CatalogueEntry["type"], string>> = {
  time_series_double: "NumberPoint",
  time_series_double_matrix: "MatrixPoint",
  static_data: "DocumentPoint",
};

const TYPES = `from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, List, Optional, TypedDict, TypeVar

Value = TypeVar("Value")


class Matrix(TypedDict):
    """The value of a matrix; None: the cell has none."""

    rows: List[str]
    columns: List[str]
    values: List[List[Optional[float]]]


@dataclass(frozen=True)
class DataPoint(Generic[Value]):
    """A data point: its path, and the type of its values."""

    path: str
    unit: Optional[str]
    resolution: Optional[str]
    """ISO 8601; None: irregular."""
    time_zone: str
    type: ClassVar[str]


class NumberPoint(DataPoint[float]):
    """A number at each instant."""

    type: ClassVar[str] = "time_series_double"


class MatrixPoint(DataPoint[Matrix]):
    """A matrix of numbers at each instant."""

    type: ClassVar[str] = "time_series_double_matrix"


class DocumentPoint(DataPoint[Any]):
    """A document of JSON."""

    type: ClassVar[str] = "static_data"


`;

/** @param command Makes it again. */
export function pythonOf(root: PathNode, command: string): string {
  const head = [
    "# ruff: noqa",
    "# Data points of the catalogue. This file is generated: do not edit it. Make it again by",
    `#   ${command}`,
  ];
  const lines = root.children.flatMap((child) => linesOf(child, 1));
  return [...head, "", `${TYPES}class ${root.name}:`, ...orPass(lines, 1), ""].join("\n");
}

function linesOf({ name, entry, children }: PathNode, depth: number): string[] {
  const body = children.flatMap((child) => linesOf(child, depth + 1));
  const at = (text: string) => indented(depth, text, 4);
  if (entry === undefined) return [at(`class ${name}:`), ...orPass(body, depth + 1)];
  const own = CLASSES[entry.type];
  if (children.length === 0) return pointLines(name, own, entry, depth);
  // One that has others below it is of a class of its own, which has them.
  const subclass = `${SUBCLASS}${name}`;
  return [at(`class ${subclass}(${own}):`), ...body, ...pointLines(name, subclass, entry, depth)];
}

function pointLines(name: string, of: string, entry: CatalogueEntry, depth: number): string[] {
  const at = (text: string) => indented(depth, text, 4);
  const { id, unit, resolution, time_zone } = entry;
  const cells = [id, unit, resolution, time_zone].map((it) => (it === null ? "None" : literal(it)));
  return [at(`${name}: Final = ${of}(${cells.join(", ")})`), ...docstring(docLines(entry)).map(at)];
}

function docstring(lines: readonly string[]): string[] {
  const safe = lines.map((line) => line.replaceAll("\\", "\\\\").replace(/"(?="|$)/g, '\\"'));
  return safe.length === 1 ? [`"""${safe[0]}"""`] : [`"""${safe[0]}`, ...safe.slice(1), `"""`];
}

const orPass = (lines: readonly string[], depth: number) =>
  lines.length > 0 ? lines : [indented(depth, "pass", 4)];
