/**
 * Counts an answer.
 *
 * @param route  The path of its route, as it was declared.
 * @param tookMs Time from request to answer, in ms.
 */
export type ObserveAnswer = (method: string, route: string, status: number, tookMs: number) => void;
