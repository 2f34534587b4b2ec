// Open alarms in the title of the page and in its icon, so that they show in a browser among other tabs.
import { useEffect } from "react";
import iconUrl from "../icon.svg";
import { type Alarm, worstOf } from "./alarms.ts";

const COLOURS: Readonly<Record<Alarm["severity"], string>> = {
  INFO: "#1b63c6",
  WARNING: "#d98e04",
  CRITICAL: "#d0261c",
};

/** Shows alarms in the icon of the page; how many there are is put before its title. */
export function useAlarmSign(alarms: readonly Alarm[], title: string): void {
  const worst = worstOf(alarms);
  useEffect(() => {
    document.title = alarms.length === 0 ? title : `(${alarms.length}) ${title}`;
  }, [alarms.length, title]);
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link) link.href = worst === undefined ? iconUrl : iconOf(COLOURS[worst]);
  }, [worst]);
}

/** The bolt of the icon in the colour of a severity, as an address. */
function iconOf(colour: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8" fill="${colour}"/><path d="M7 3h2v6H7zM7 11h2v2H7z" fill="#fff"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
