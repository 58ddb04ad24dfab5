/**
 * What a word in a header may stand for: concept to the words, abbreviations and translations (German, French, Spanish)
 * that name it. One word may stand for several concepts: `st` is a state or a street.
 */
const vocabulary: Readonly<Record<string, string>> = {
  customer:
    'customer customers cust custs cst cstmr cus custm client clients clnt clt kunde kunden kundin kd kdn cliente clientes acheteur buyer buyers shopper user users usr guest patron debitor debtor consumer',
  id: 'id ids ident identifier identifiant identificador uid uuid guid no nr num nbr number nummer numero numer key code cd ref reference referenz referencia schluessel',
  product:
    'product products prod prods prd prdct item items itm article articles artikel art articulo producto productos produit produits material ware merchandise goods sku skus ean gtin upc asin',
  code_of_product: 'sku ean gtin upc asin',
  store:
    'store stores str stor shop shops branch branches filiale filialen outlet outlets magasin tienda tiendas sucursal laden markt boutique pos site',
  agent:
    'agent agents agt rep reps representative operator employee employees emp staff mitarbeiter mitarbeiterin bearbeiter sachbearbeiter agente empleado conseiller csr advisor advisors assignee handler owner',
  order:
    'order orders ord ordr bestellung bestellungen bestell auftrag auftrags commande commandes pedido pedidos purchase purchases invoice inv rechnung rechnungs facture factura receipt rcpt bon beleg bestelling basket cart',
  transaction:
    'transaction transactions txn txns trx trxn trans transact tran tx sale sales sls verkauf verkaeufe verkaufe kauf venta ventas vente ventes transaktion transaktionen transaccion',
  line: 'line lines ln lne position positionen zeile ligne lignes linea lineas row lineitem seq sequence',
  when: 'date dates dt dte datum fecha day tag jour dia time tm ts timestamp tstamp stamp zeit zeitpunkt zeitstempel uhrzeit hora heure at on datetime dttm moment when',
  amount:
    'amount amounts amt amnt betrag summe total totals ttl tot sum value val wert umsatz revenue rev importe monto montant spend spent turnover gesamt gesamtbetrag gesamtpreis gesamtsumme endbetrag paid charge charged gmv',
  price: 'price prices prc preis prix precio msrp uvp rrp listenpreis',
  unit: 'unit einzel stueckpreis einzelpreis unitaire unitario each per',
  list: 'list listed standard base retail',
  quantity:
    'quantity quantities qty qnty qnt qtty menge anzahl stueck stuck stk units pieces pcs cantidad quantite qte count cnt',
  name: 'name names nm nam nme nombre nom bezeichnung title titel label',
  description: 'description desc descr beschreibung descripcion libelle text',
  first: 'first fst frst given fore vor prenom primer',
  last: 'last lst sur family nach famille segundo',
  firstname: 'firstname fname fnm vorname forename givenname prenom firstnm',
  lastname: 'lastname lname lnm nachname surname familienname apellido apellidos lastnm familyname',
  full: 'full complete display komplett vollstaendiger',
  email: 'email emails mail eml correo courriel emailadresse mailadresse emailaddress emailaddr mailaddress',
  phone:
    'phone phones ph phn tel telefon telefonnummer telephone telefono mobile mob mobil cell cellphone handy handynummer fon phonenumber msisdn',
  address:
    'address addresses addr adr adresse addrs strasse str street st anschrift direccion domicilio rue postanschrift',
  city: 'city cty town ort stadt wohnort ville ciudad localidad municipality',
  state: 'state st stt province prov bundesland region provincia estado',
  zip: 'zip zipcode postal plz postcode postleitzahl cp codigopostal',
  country: 'country ctry land pais pays nation',
  location: 'location loc locn standort ubicacion lieu place emplacement',
  category:
    'category categories cat catg ctg ctgry kategorie kategorien categoria categorie warengruppe produktgruppe group grp gruppe rubrik famille class segment department',
  status: 'status stat sts stts state zustand estado statut estatus stage',
  payment:
    'payment payments pay pmt pymt paymt zahlung zahlungs zahl zahlart pago paiement tender paid bezahlung',
  method:
    'method methods mthd meth mtd mode type typ typ art weise metodo methode moyen form forma means zahlart option instrument',
  channel: 'channel chnl chan kanal canal vertriebskanal',
  currency: 'currency ccy cur curr crncy waehrung wahrung devise moneda',
  manager: 'manager mgr mngr leiter leitung filialleiter marktleiter gerente director responsable supervisor',
  open: 'open opening opens oeffnungs offnungs ouverture apertura business trading',
  hours: 'hours hrs hr hour oeffnungszeiten offnungszeiten zeiten horario horarios horaires',
  department: 'department dept dpt depart abteilung departamento departement team division unit',
  shift: 'shift shft schicht turno schichten',
  ticket:
    'ticket tickets tkt tckt tck case cases interaction interactions intr interact incident incidents call calls contact inquiry enquiry anfrage anfragen vorgang vorgaenge support service complaint reclamation reklamation request helpdesk incidencia',
  issue:
    'issue issues iss topic subject problem problems query thema anliegen grund motivo motif asunto sujet concern category reason',
  type: 'type typ types art kind tipo class category',
  resolution: 'resolution resoltn resol res outcome loesung losung ergebnis',
  resolved:
    'resolved solved closed close completed geloest gelost erledigt geschlossen cerrado resuelto cloture ferme end ended finished',
  opened:
    'opened open created create crtd creation raised received reported logged submitted start started erstellt eroeffnet eroffnet angelegt creado abierto cree ouvert begin',
  score: 'score scores scr rating ratings rate bewertung note stars puntuacion nota',
  satisfaction: 'satisfaction satisf sat csat zufriedenheit satisfaccion kundenzufriedenheit',
  loyalty:
    'loyalty loyal loy lylty lyl lty membership memberships member members mbr mitglied mitglieds mitgliedschaft treue treuekarte bonus rewards reward club fidelity fidelite fidelidad socio programme program',
  account: 'account accounts acct accnt acc konto cuenta compte card karte kartennummer tarjeta carte',
  points: 'points pts pnts point punkte punktestand pt puntos miles',
  balance: 'balance bal earned stand saldo kontostand solde total accumulated collected current',
  tier: 'tier tiers level lvl stufe rang niveau nivel statusstufe rank',
  joined:
    'joined join jn joining enrolled enrolment enrollment enroled beitritt beitritts since seit eintritt alta adhesion',
  change:
    'change changes chg chng delta diff movement adjustment adj aenderung anderung bewegung cambio variation',
  reason: 'reason rsn reasons grund motif motivo cause anlass source comment',
  session: 'session sessions sess ssn sesn visit visits visita visite sitzung sitzungen besuch besuche web',
  page: 'page pages pg pgs seite seiten pagina paginas pageviews pageview',
  view: 'view views viewed vws aufrufe seen hits visited vues vistas pageviews pageview',
  duration: 'duration dur durn drtn drn length len dauer duree duracion spent seconds secs sec sekunden',
  device: 'device devices dev dvc geraet gerat endgeraet platform appareil dispositivo',
  signup:
    'signup registered registration reg regist anmeldung anmelde registriert registrierung inscription registro join joined created since',
  sign: 'sign signed',
  up: 'up',
  optin:
    'optin consent subscribed subscription subscribe newsletter marketing einwilligung abonne consentimiento permission allowed',
  opt: 'opt',
  in: 'in',
  sms: 'sms textmessage',
  updated:
    'updated update upd modified modification changed lastmodified geaendert aktualisiert mise actualizado lastupdate edited',
  zone: 'zone tz timezone zeitzone',
  birth: 'birth birthday birthdate dob born geburtstag geburtsdatum naissance nacimiento',
  tax: 'tax vat mwst ust iva tva',
  shipping: 'shipping ship delivery shipped delivered freight versand lieferung envio livraison',
  discount: 'discount rabatt disc descuento remise',
  net: 'net netto neto',
  gross: 'gross brutto bruto',
  online: 'online web internet ecommerce ecom eshop webshop onlineshop digital',
  instore: 'instore offline physical retail kasse till pos stationaer',
}

const byWord = new Map<string, string[]>()
for (const [concept, words] of Object.entries(vocabulary))
  for (const word of new Set(words.split(' '))) byWord.set(word, [...(byWord.get(word) ?? []), concept])

/** Short words are only recognised standing by themselves or beside a longer one: `id`, `nm`. */
const LONGEST = Math.max(...[...byWord.keys()].map((word) => word.length))

/** A word of a header with all it may stand for; nothing for an unknown one. */
export interface Token {
  readonly text: string
  readonly concepts: readonly string[]
}

const fold = (text: string): string =>
  text
    .replaceAll('ß', 'ss')
    .replace(/ä/gi, 'ae')
    .replace(/ö/gi, 'oe')
    .replace(/ü/gi, 'ue')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')

/** `CustomerID`, `CUST_ID`, `customer id` and `CUSTOMERID` come out alike: by word breaks, and else by the words known. */
export function tokensOf(header: string): Token[] {
  const broken = fold(header)
    .replace(/e-?mail/gi, (mail) => (mail[0] === 'E' ? 'Email' : 'email'))
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '')
  return joined(broken.flatMap(split)).map((text) => ({ text, concepts: conceptsOf(text) }))
}

/** Known words without their vowels: `rslvd` is resolved, `strt` start or street. */
const bySkeleton = new Map<string, string[]>()
const skeleton = (word: string): string => word.replace(/[aeiou]/g, '')
for (const [word, concepts] of byWord)
  bySkeleton.set(skeleton(word), [...new Set([...(bySkeleton.get(skeleton(word)) ?? []), ...concepts])])

const conceptsOf = (text: string): readonly string[] =>
  byWord.get(text) ?? (/^[^aeiou\d]{3,}$/.test(text) ? bySkeleton.get(text) : undefined) ?? []

/** Words that belong together whatever stands between them. */
const pairs = new Map([
  ['sign up', 'signup'],
  ['opt in', 'optin'],
  ['first name', 'firstname'],
  ['first nm', 'firstname'],
  ['given name', 'firstname'],
  ['last name', 'lastname'],
  ['last nm', 'lastname'],
  ['family name', 'lastname'],
  ['sur name', 'lastname'],
  ['in store', 'instore'],
  ['time zone', 'timezone'],
  ['date time', 'datetime'],
  ['time stamp', 'timestamp'],
])

function joined(words: readonly string[]): string[] {
  const out: string[] = []
  for (const word of words) {
    const both = pairs.get(`${out.at(-1)} ${word}`)
    if (both === undefined) out.push(word)
    else out.splice(-1, 1, both)
  }
  return out
}

/** A run of letters as known words, the fewest that cover it; itself where they do not. Digits at the end are dropped. */
function split(run: string): string[] {
  const word = run.replace(/(?<=[a-z])\d+$/, '')
  if (byWord.has(word) || word.length < 5) return [word]
  const best: (readonly string[] | undefined)[] = [[]]
  for (let end = 1; end <= word.length; end++)
    for (let start = Math.max(0, end - LONGEST); start < end; start++) {
      const before = best[start]
      const part = word.slice(start, end)
      // A linking s is common in German compounds: Zahlung-s-art.
      const known = byWord.has(part) && (part.length > 2 || start > 0 || end < word.length)
      if (!before || !known) continue
      const found = [...before, part]
      // Of two ways as good the one with the longer first word: signup-date, not sign-update.
      if (cost(found) <= cost(best[end])) best[end] = found
    }
  return [...(best[word.length] ?? [word])]
}

const cost = (parts: readonly string[] | undefined): number =>
  parts === undefined
    ? Number.POSITIVE_INFINITY
    : parts.reduce((sum, part) => sum + 1 + (part.length < 3 ? 0.8 : part.length < 4 ? 0.4 : 0), 0)

/** Words of concepts that any of the tokens may stand for. */
export const names = (tokens: readonly Token[], concept: string): boolean =>
  tokens.some(({ concepts }) => concepts.includes(concept))
