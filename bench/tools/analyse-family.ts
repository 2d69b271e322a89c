/**
 * One whole analysis in a process of its own: `analyse-family.ts FAMILY STATES EDGES` prints JSON,
 * seconds (processor time of the analysis without replicas) and megabytes (2^20 bytes, the most that the process held).
 */
import { analyse } from '../../src/analysis/analyse';
import { familyGraph, type Family } from './families';

const [family, states, edges] = process.argv.slice(2);
const graph = familyGraph(family as Family, Number(states), Number(edges));
const before = process.cpuUsage();
const result = analyse(graph, { replicas: 0 });
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
if (!result.potential.converged) throw new Error('the potential did not converge');
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, megabytes }));
