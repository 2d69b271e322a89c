/** A thread of the calibration: runs the data sets that it is told. */
import { answerTasks } from '../tools/pool';
import { runDataSets, type Plan } from './run';

export interface DataSetsTask {
  plan: Plan;
  from: number;
  to: number;
}

answerTasks(({ plan, from, to }: DataSetsTask) => runDataSets(plan, from, to));
