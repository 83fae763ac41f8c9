/** What happened since one last looked. */
export function HomePage() {
  return <h1>Home</h1>;
}
