/** What the name of a column says it holds. `first_name` and `last_name` make up a name together. */
export type Meaning =
  | 'identifier'
  | 'email'
  | 'phone_number'
  | 'name'
  | 'first_name'
  | 'last_name'
  | 'labels'
  | 'avatar_url'
  | 'additional_attributes.company_name'
  | 'additional_attributes.city'
  | 'additional_attributes.country'
  | 'consent';

/** Names in English, German, French, Spanish, Italian, Portuguese and Dutch, as `folded` writes them. */
const NAMES: Record<Exclude<Meaning, 'consent'>, string> = {
  identifier:
    'identifier id recordid contactid customerid personid externalid kundennummer kundennr kundenid idclient numeroclient idcliente codigocliente klantnummer',
  email:
    'email emailaddress emailadresse mail mailadresse primaryemail workemail email1value courriel adresseemail adressemail correo correoelectronico emaildecontacto indirizzoemail enderecodeemail emailadres personemailwork',
  phone_number:
    'phone phonenumber mobile mobilephone mobilephonenumber cell cellphone telefon telefonnummer mobil mobiltelefon handy handynummer rufnummer telephone tel mobiel portable numerodetelephone telefono movil celular cellulare telefone telemovel telefoonnummer phone1value personphonework personphonemobile',
  name: 'name fullname displayname contactname vollername nomcomplet nombrecompleto nomecompleto volledigenaam personname',
  first_name: 'firstname givenname vorname prenom nombre nome voornaam personfirstname',
  last_name:
    'lastname surname familyname nachname nomdefamille nom apellido apellidos cognome sobrenome achternaam personlastname',
  labels: 'labels',
  avatar_url: 'avatarurl',
  'additional_attributes.company_name':
    'company companyname organization organisation accountname associatedcompany firma unternehmen entreprise societe empresa azienda bedrijf organizationname personorganization',
  'additional_attributes.city': 'city mailingcity town stadt ort ville ciudad citta cidade plaats',
  'additional_attributes.country': 'country countryregion mailingcountry land pays pais paese',
};

const BY_NAME = new Map(
  Object.entries(NAMES).flatMap(([meaning, names]) => names.split(' ').map((name) => [name, meaning as Meaning])),
);

/** Whether somebody may be written to. Columns of that kind have opposite senses, so none is ever mapped by its name. */
const CONSENT =
  /opt(ed)?(in|out)|consent|unsub|subscri|accepts?(email|sms)?marketing|marketingstatus|newsletter|donotcall|donotemail|einwilligung|abgemeldet|werbung|consentement|desabonn|rgpd|gdpr|dsgvo/;

/** The name without case, accents, spaces and signs: `E-Mail Adresse` and `email_adresse` are the same. */
export function foldedName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** What a column holds by its name alone; undefined when that says nothing. */
export function meaningOf(name: string): Meaning | undefined {
  const folded = foldedName(name);
  return CONSENT.test(folded) ? 'consent' : BY_NAME.get(folded);
}
