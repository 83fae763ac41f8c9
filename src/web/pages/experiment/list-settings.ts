/** Of the settings of an address, those of the list that one came from: they stay while one looks at its experiments. */
export function getListSettings(settings: URLSearchParams): { readonly [key: string]: string } {
  return Object.fromEntries([...settings].filter(([key]) => key === 'q' || key === 's'));
}
