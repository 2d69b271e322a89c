/** Every picture of docs/quantities. */
import { assumptionPictures } from './assumptions';
import { balancePictures } from './balance';
import { cyclePictures } from './cycles';
import { exactKernel } from './exact';
import { exactTest } from './exact-test';
import { features } from './features';
import { irreversibilityPictures } from './irreversibility';
import { landscapePictures } from './landscape';
import type { Picture } from './paper';
import { timePictures } from './time';

export { svgOf, type Picture } from './paper';

export const PICTURES: readonly (() => Picture)[] = [
  ...landscapePictures,
  exactKernel,
  features,
  ...balancePictures,
  exactTest,
  ...cyclePictures,
  ...assumptionPictures,
  ...irreversibilityPictures,
  ...timePictures,
];
