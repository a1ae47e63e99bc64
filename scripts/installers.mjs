/**
 * How each system installs a Redis server, first package first. `ask` is the command shown to a person, so it must work
 * when it is typed as it stands.
 */
export const INSTALLERS = [
  {
    tool: 'apt-get',
    prepare: [['apt-get', '-qq', 'update']],
    packages: ['redis-server', 'valkey-server'],
    install: (name) => [
      'apt-get',
      '-qq',
      '-o',
      'DPkg::Lock::Timeout=120',
      'install',
      '-y',
      '--no-install-recommends',
      name,
    ],
    ask: 'sudo apt-get update && sudo apt-get install -y redis-server',
  },
  {
    tool: 'apk',
    prepare: [],
    packages: ['redis', 'valkey'],
    install: (name) => ['apk', 'add', '--no-cache', name],
    ask: 'sudo apk add redis',
  },
  {
    tool: 'dnf',
    prepare: [],
    packages: ['redis', 'valkey'],
    install: (name) => ['dnf', '-q', 'install', '-y', name],
    ask: 'sudo dnf install -y redis',
  },
  {
    tool: 'brew',
    prepare: [],
    packages: ['redis', 'valkey'],
    install: (name) => ['brew', 'install', '--quiet', name],
    ask: 'brew install redis',
    // Homebrew refuses to run as root and needs no password.
    asUser: true,
  },
];
