/** The bundled data sets: their index, checked before use. */
import * as v from 'valibot';

const DataSetSchema = v.object({
  id: v.string(),
  title: v.string(),
  file: v.string(),
  /** N_f that the file does not hold; null where it does. */
  attemptsPerState: v.nullable(v.number()),
  description: v.string(),
  source: v.string(),
});

export type DataSet = v.InferOutput<typeof DataSetSchema>;

/**
 * Fetches the index of bundled data sets.
 * @param base absolute address of the page's folder
 * @throws where the index cannot be fetched or is not one
 */
export async function readDataIndex(base: string): Promise<DataSet[]> {
  const response = await fetch(new URL('data/index.json', base));
  if (!response.ok) throw new Error(`the data sets' index: the server answered ${response.status}`);
  return v.parse(v.array(DataSetSchema), await response.json());
}
