/** For a browser that has no cookie yet: what to do, without a script or a style that the policy would refuse. */
export const refusedPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Customer 360: not signed in</title>
<h1>Open the address that <code>c360 serve</code> printed</h1>
<p>It carries a token that proves you started the server. After that this browser stays signed in until the server ends.</p>
<p>The address has been lost? Stop the server with Ctrl-C and start it again: it prints a new one.</p>
</html>
`
