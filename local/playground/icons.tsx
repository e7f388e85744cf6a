/** @jsxImportSource hono/jsx */
/** Line drawings of our own, in the colour of the text around them. */
const paths = {
  key: 'M15.5 8.5a1 1 0 1 0 .01 0M21 2l-9.6 9.6M15.5 7.5l3 3L22 7l-3-3M12 16a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0Z',
  hash: 'M4 9h16M4 15h16M10 3 8 21M16 3l-2 18',
  mail: 'M3 6.5A1.5 1.5 0 0 1 4.5 5h15A1.5 1.5 0 0 1 21 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-11Zm0 .5 9 6.5L21 7',
  cross: 'm9 9 6 6m0-6-6 6M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0Z',
  check: 'm8 12 3 3 5-6M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0Z',
  eye: 'M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12Zm13 0a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z',
  close: 'm6 6 12 12M18 6 6 18',
} as const;

export const Icon = ({ name }: { name: keyof typeof paths }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
