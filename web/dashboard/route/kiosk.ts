// Whether the page is shown on a wall.

/** Figures and charts alone, without what is pressed or typed. */
export const isKiosk = new URLSearchParams(location.search).has("kiosk");
