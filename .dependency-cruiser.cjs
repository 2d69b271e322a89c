// The rooms of docs/architecture.md: who may import whom. Everything not listed is refused.
const rooms = {
  rpc: [],
  agents: [],
  models: ['rpc'],
  transitions: [],
  sampling: ['agents', 'models', 'transitions', 'steering'],
  analysis: ['transitions'],
  gpu: ['analysis', 'transitions'],
  steering: ['analysis'],
  charts: ['analysis', 'transitions'],
};
/** Of these a room takes types only. */
const typesOnly = {
  analysis: ['transitions'],
  gpu: ['transitions'],
  steering: ['analysis'],
  charts: ['analysis', 'transitions'],
};
const all = Object.keys(rooms).concat('app');
/** Matches the files of these rooms. */
const inside = (names) => `^src/(${names.join('|')})/`;

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, may]) => ({
      name: `room-${room}`,
      comment: `${room}/ may import ${may.length ? may.join(', ') : 'no other room'}.`,
      severity: 'error',
      from: { path: inside([room]) },
      to: { path: inside(all.filter((other) => other !== room && !may.includes(other))) },
    })),
    ...Object.entries(typesOnly).map(([room, from]) => ({
      name: `types-only-${room}`,
      comment: `${room}/ takes types only from ${from.join(' and ')}.`,
      severity: 'error',
      from: { path: inside([room]) },
      to: { path: inside(from), dependencyTypesNot: ['type-only'] },
    })),
    {
      name: 'known-rooms',
      comment: 'Every file of src/ is in one of the rooms.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: inside(all) },
    },
    {
      name: 'known-rooms',
      comment: 'Every file of src/ is in one of the rooms.',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(all) },
      to: {},
    },
    {
      name: 'source-only',
      comment: 'src/ imports nothing of the tests, the scripts and the benchmarks.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|bench)/' },
    },
    {
      name: 'shaders-in-gpu',
      comment: 'Only gpu/ imports shaders.',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(['gpu']) },
      to: { path: '^shaders/' },
    },
    {
      name: 'pure-rooms',
      comment: 'agents/ and analysis/ are pure: no Svelte, no engine, no storage.',
      severity: 'error',
      from: { path: inside(['agents', 'analysis']) },
      to: { path: 'node_modules/(svelte|idb|@mlc-ai|@wllama|chart)' },
    },
    {
      name: 'no-svelte-in-the-core',
      comment: 'Svelte is for app/ alone.',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(['app']) },
      to: { path: '(node_modules/svelte/|\\.svelte$)' },
    },
    {
      name: 'no-node-in-the-page',
      comment: "src/ runs in a browser: none of Node's own modules.",
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'resolvable',
      comment: 'What cannot be resolved cannot be checked.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      comment: 'No file needs itself, by whatever way round; types do not count.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default'],
    },
  },
};
