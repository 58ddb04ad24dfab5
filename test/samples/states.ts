/** Said a second time, on purpose not taken from the generator. */
export const stateNames: Readonly<Record<string, string>> = Object.fromEntries(
  `AZ Arizona,CA California,CO Colorado,CT Connecticut,FL Florida,GA Georgia,IA Iowa,ID Idaho,IL Illinois,IN Indiana,
  KY Kentucky,LA Louisiana,MA Massachusetts,MD Maryland,MI Michigan,MN Minnesota,MO Missouri,NC North Carolina,
  NE Nebraska,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,OH Ohio,OR Oregon,PA Pennsylvania,
  RI Rhode Island,TN Tennessee,TX Texas,UT Utah,VA Virginia,VT Vermont,WA Washington,WI Wisconsin`
    .split(',')
    .map((pair) => [pair.trim().slice(0, 2), pair.trim().slice(3)]),
)
