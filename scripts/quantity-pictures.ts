/** `npx tsx scripts/quantity-pictures.ts [NAME …]`: draws the pictures of docs/quantities, all or some. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PICTURES, svgOf } from './pictures';

const wanted = process.argv.slice(2);
for (const draw of PICTURES) {
  const picture = draw();
  if (wanted.length > 0 && !wanted.includes(picture.name)) continue;
  const svg = svgOf(picture);
  const file = new URL(`../docs/quantities/pictures/${picture.name}.svg`, import.meta.url);
  writeFileSync(fileURLToPath(file), svg);
  console.log(`${picture.name}: ${(svg.length / 1000).toFixed(1)} KB`);
}
