/** Retention without bounds. */
export const KEEP_ALL = {
  rawDays: 36_500,
  rawBytes: 2 ** 40,
  minuteDays: 36_500,
  dispatchDays: 36_500,
  alarmDays: 36_500,
  auditDays: 36_500,
};
