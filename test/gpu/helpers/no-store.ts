/** Makes this worker's browser one that stores nothing, as private windows do. */
StorageManager.prototype.getDirectory = async () => {
  throw new DOMException('storage is off', 'SecurityError');
};
