/** Makes this worker's browser one that grants a megabyte more. */
StorageManager.prototype.estimate = async () => ({ usage: 9_000_000, quota: 10_000_000 });
