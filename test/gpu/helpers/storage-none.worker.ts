/** The model worker in a browser that stores nothing. */
import './no-store';
import '../../../src/models/model.worker';
