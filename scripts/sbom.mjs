// npm run sbom: what the service is made of, as CycloneDX JSON, in sbom.cdx.json or the file that is named.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const file = process.argv[2] ?? 'sbom.cdx.json';

// From the lock file, so that it says what is shipped and not what happens to be installed.
const options = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--omit=dev'];
const bom = JSON.parse(execFileSync('npm', options, { cwd: root, maxBuffer: 64 * 1024 * 1024 }));
// npm takes the name of the folder for the name of the root.
const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
bom.metadata.component.name = name;
bom.metadata.component.type = 'application';
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
console.log(`${bom.components.length} components in ${file}`);
