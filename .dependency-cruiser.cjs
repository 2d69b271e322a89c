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
const own = Object.keys(rooms).concat('app');

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, may]) => ({
      name: `room-${room}`,
      comment: `${room}/ may import ${may.length ? may.join(', ') : 'no other room'}.`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: `^src/(${own.filter((r) => r !== room && !may.includes(r)).join('|')})/` },
    })),
    ...['analysis', 'charts', 'gpu'].map((room) => ({
      name: `types-only-${room}`,
      comment: `${room}/ takes types only from transitions/${room === 'charts' ? ' and analysis/' : ''}.`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: {
        path: room === 'charts' ? '^src/(transitions|analysis)/' : '^src/transitions/',
        dependencyTypesNot: ['type-only'],
      },
    })),
    {
      name: 'pure-rooms',
      comment: 'agents/ and analysis/ are pure: no Svelte, no engine, no storage.',
      severity: 'error',
      from: { path: '^src/(agents|analysis)/' },
      to: { path: 'node_modules/(svelte|idb|@mlc-ai|@wllama|chart)' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.svelte$' },
  },
};
