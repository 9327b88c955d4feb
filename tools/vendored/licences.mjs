// Run by tools/vendor. Writes the licences of all packages in a bundle: each text once, below the
// packages that it covers. Usage: node licences.mjs METAFILE
import {readFileSync, readdirSync} from "node:fs";

const {outputs} = JSON.parse(readFileSync(process.argv[2], "utf8"));
const bundled = Object.values(outputs).flatMap(({inputs}) => Object.entries(inputs));
const folders = new Set(
  bundled
    .filter(([, {bytesInOutput}]) => bytesInOutput > 0)
    .map(([path]) => path.match(/^(node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1])
    .filter(Boolean)
);

const packages = new Map();
for (const folder of [...folders].sort()) {
  const {name, version, license} = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = readFileSync(`${folder}/${file}`, "utf8").trim();
  packages.set(text, [...(packages.get(text) ?? []), `${name} ${version} (${license})`]);
}
const parts = [...packages].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
process.stdout.write(parts.join(`\n${"-".repeat(72)}\n\n`));
