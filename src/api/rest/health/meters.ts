// Counters and gauges whose values are read when they are collected.
import { Counter, Gauge, type Registry } from "prom-client";

type Labels = Readonly<Record<string, string>>;
/** Values by their labels. */
type Labelled = Iterable<readonly [labels: Labels, value: number]>;

/** Names and descriptions are those of Prometheus. */
export interface Meters {
  counter(name: string, help: string, value: () => number): void;
  counters(name: string, help: string, labels: readonly string[], values: () => Labelled): void;
  gauge(name: string, help: string, value: () => number): void;
  gauges(name: string, help: string, labels: readonly string[], values: () => Labelled): void;
}

export function createMeters(registers: Registry[]): Meters {
  return {
    counter: (name, help, value) =>
      void new Counter({
        ...{ name, help, registers },
        collect() {
          this.reset();
          this.inc(value());
        },
      }),
    counters: (name, help, labelNames, values) =>
      void new Counter({
        ...{ name, help, registers, labelNames: [...labelNames] },
        collect() {
          this.reset();
          for (const [labels, value] of values()) this.inc(labels, value);
        },
      }),
    gauge: (name, help, value) =>
      void new Gauge({
        ...{ name, help, registers },
        collect() {
          this.set(value());
        },
      }),
    gauges: (name, help, labelNames, values) =>
      void new Gauge({
        ...{ name, help, registers, labelNames: [...labelNames] },
        collect() {
          this.reset();
          for (const [labels, value] of values()) this.set(labels, value);
        },
      }),
  };
}
