/** A folder, file or database that cannot be used for a transfer, and what to do. */
export class TransferRefused extends Error {}
