// The rule on the size of a page.

/** Items that one page of a list may have. */
export const PAGE_LARGEST = 500;
