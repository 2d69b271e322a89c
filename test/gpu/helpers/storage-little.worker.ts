/** The model worker in a browser that grants a megabyte more. */
import './little-store';
import '../../../src/models/model.worker';
