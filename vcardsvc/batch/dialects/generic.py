"""Names the columns that people write in sheets of their own, in 22 languages.

A spelling is normalized: case-folded, every run of characters that are no letters or digits one
blank, trimmed ("E-Mail_Adresse" is "e mail adresse"). Accents stay: what people also write without
them is there twice. Case-folding makes "ß" "ss", the Greek "ς" "σ", and the Turkish "İ" an "i" with
a combining dot, which is no letter: "İş" is "i ş".

"title" is the job title, as in most sheets; German "Titel", Italian "Titolo" and the like are the
prefix, an academic degree. A spelling with two meanings has the one of the language that writes it
more: "kraj" is Poland's country, not a Czech region; "cep" Brazil's postal code, not a Turkish
mobile phone; "titel" is no Swedish job title. Others are left out: French "Titre", Portuguese
"Apelido" (Portugal's last name, Brazil's nickname).

Source: our own knowledge of these languages, compared with the names that Outlook and Thunderbird
give the same fields in them.
"""

from collections.abc import Mapping
from typing import Final

_ENGLISH: Final[Mapping[str, str]] = {
    "name": (
        "name, full name, fullname, complete name, display name, displayname, contact, "
        "contact name, contact person, person, person name, name of person, client name, "
        "customer name, employee name, member name, first and last name, first name last name, "
        "first last name, name and surname"
    ),
    "name-last-first": (
        "last name first name, last first name, surname and name, surname name, "
        "last name and first name"
    ),
    "first": (
        "first, first name, firstname, first names, fname, f name, given name, givenname, given "
        "names, given, forename, forenames, christian name, contact first name"
    ),
    "last": (
        "last, last name, lastname, last names, lname, l name, surname, surnames, sur name, "
        "family name, familyname, contact last name"
    ),
    "middle": (
        "middle, middle name, middlename, middle names, middle initial, mname, mi, additional "
        "name, additional names"
    ),
    "prefix": (
        "prefix, name prefix, salutation, honorific, honorific prefix, courtesy title, title prefix"
    ),
    "suffix": "suffix, name suffix, honorific suffix, post nominals",
    "nickname": "nickname, nick name, nick, alias, preferred name, known as, goes by",
    "maiden-name": "maiden name, birth name, née, nee",
    "phonetic-first": "phonetic first name, first name phonetic, given name yomi",
    "phonetic-middle": "phonetic middle name, middle name phonetic",
    "phonetic-last": "phonetic last name, last name phonetic, family name yomi",
    "organization": (
        "company, company name, companyname, organization, organisation, organization name, "
        "organisation name, org, org name, employer, business, business name, firm, institution, "
        "affiliation, workplace, account name"
    ),
    "phonetic-organization": "phonetic company, company phonetic, company yomi",
    "department": "department, dept, division, team",
    "title": (
        "title, job title, jobtitle, job, job position, position, position title, designation, "
        "occupation"
    ),
    "role": "role, function, profession, job role, job function",
    "office": "office, office location, room, room number",
    "phone": (
        "phone, phone number, phonenumber, phone no, phone nr, phone numbers, phones, phone 1, "
        "phone1, phone 2, phone2, phone 3, phone3, primary phone number, tel, tel no, telephone, "
        "telephone number, telephone no, telephone 1, telephone 2, telno, ph, ph no, contact "
        "number, contact no, contact phone, landline, land line, alternate phone, alternative "
        "phone, second phone, secondary phone"
    ),
    "phone.mobile": (
        "mobile, mobile phone, mobile number, mobile no, mobile phone number, mobile telephone, "
        "mobilephone, mobile 1, mobile 2, mob, mob no, cell, cell phone, cellphone, cell number, "
        "cell no, cell phone number, cellular, cellular phone, phone mobile, tel mobile, phone "
        "cell, personal mobile, private mobile, home mobile"
    ),
    "phone.work-mobile": "work mobile, business mobile, work cell, business cell, company mobile",
    "phone.work": (
        "work, work phone, work phone number, work number, work tel, work telephone, business "
        "phone, business phone number, business number, business tel, business telephone, office "
        "phone, office number, office tel, office telephone, phone work, phone business, phone "
        "office, tel work, tel office, daytime phone, day phone, direct phone, direct line, "
        "direct dial, direct number"
    ),
    "phone.home": (
        "home, home phone, home phone number, home number, home tel, home telephone, phone home, "
        "tel home, private phone, personal phone, evening phone, residential phone"
    ),
    "phone.main": "main, main phone, main number, main line, company phone, switchboard",
    "phone.other": "other phone, other number, other tel, phone other",
    "phone.fax": "fax, fax number, fax no, facsimile, telefax, phone fax",
    "phone.work-fax": "work fax, business fax, office fax, fax work, fax business",
    "phone.home-fax": "home fax, fax home, private fax",
    "phone.other-fax": "other fax, fax other",
    "phone.pager": "pager, pager number, beeper",
    "phone.car": "car phone",
    "phone.assistant": "assistant phone, assistant s phone",
    "email": (
        "email, e mail, emails, e mails, mail, email address, e mail address, emailaddress, mail "
        "address, email id, e mail id, email addresses, electronic mail, primary email, primary e "
        "mail, main email, contact email, email 1, email1, e mail 1, email address 1, email 2, "
        "email2, e mail 2, email address 2, e mail address 2, email 3, email3, e mail 3, email "
        "address 3, second email, second e mail, secondary email, secondary e mail, alternate "
        "email, alternative email, additional email"
    ),
    "email.work": (
        "work email, work e mail, work mail, work email address, business email, business e mail, "
        "business email address, company email, corporate email, office email, professional "
        "email, email work, e mail work, email business, email office"
    ),
    "email.home": (
        "home email, home e mail, home mail, home email address, personal email, personal e mail, "
        "personal email address, private email, private e mail, email home, e mail home, email "
        "personal, email private"
    ),
    "email.other": "other email, other e mail, email other",
    "website": (
        "website, web site, websites, web, web page, webpage, web address, url, urls, link, "
        "homepage, home page, www, internet, site, blog"
    ),
    "website.work": (
        "work website, business website, company website, company url, website work, corporate "
        "website"
    ),
    "website.home": "personal website, private website, website home",
    "address.street": (
        "street, street address, streetaddress, street name, street and number, street 1, "
        "address, address 1, address1, address line 1, address line1, addressline1, addr, addr1, "
        "mailing address, mailing street, postal address, postal street"
    ),
    "address.street-2": "street 2, street address 2, address 2, address2, address line 2, addr2",
    "address.street-3": "street 3, address 3, address3, address line 3, addr3",
    "address.extended": "apartment, apt, suite, extended address, flat, c o, care of",
    "address.po-box": "po box, p o box, pobox, post office box, post box",
    "address.city": "city, town, city town, town city, locality, suburb, place, village",
    "address.region": (
        "state, province, state province, state region, province state, region, county, prefecture"
    ),
    "address.postal-code": (
        "postal code, postalcode, postal, postcode, post code, zip, zip code, zipcode, zip postal "
        "code, zip postcode, postal zip code, postal zip, postcode zip, pin code, pincode, "
        "eircode"
    ),
    "address.country": "country, country region, country name, nation",
    "address.country-code": "country code, countrycode, country iso, iso country",
    "address.formatted": "full address, complete address, address full, formatted address",
    "address.work.street": (
        "work address, work street, business address, business street, office address"
    ),
    "address.work.street-2": "work address 2, work street 2, business address 2",
    "address.work.city": "work city, business city, office city, company city",
    "address.work.region": "work state, work region, work province, business state, company state",
    "address.work.postal-code": (
        "work zip, work zip code, work zipcode, work postal code, work postcode, business zip, "
        "business postal code, business postcode"
    ),
    "address.work.country": "work country, business country, company country",
    "address.home.street": "home address, home street, private address, residential address",
    "address.home.street-2": "home address 2, home street 2",
    "address.home.city": "home city, private city",
    "address.home.region": "home state, home region, home province",
    "address.home.postal-code": (
        "home zip, home zip code, home zipcode, home postal code, home postcode"
    ),
    "address.home.country": "home country, private country",
    "birthday": (
        "birthday, birth day, birth date, birthdate, date of birth, dob, d o b, dateofbirth, "
        "bday, born"
    ),
    "birthday.year": "birth year, year of birth",
    "birthday.month": "birth month, month of birth",
    "anniversary": "anniversary, wedding anniversary, wedding date, wedding day",
    "note": (
        "note, notes, comment, comments, remark, remarks, description, memo, info, information, "
        "additional information, additional info, about, bio"
    ),
    "categories": "category, categories, tag, tags, group, groups, label, labels, group membership",
    "photo": (
        "photo, photo url, photo link, picture, picture url, image, image url, avatar, avatar "
        "url, profile picture, profile photo, headshot"
    ),
    "gender": "gender, sex",
    "language": "language, languages, preferred language, lang",
    "time-zone": "time zone, timezone, tz",
    "social.linkedin": "linkedin, linked in, linkedin url, linkedin profile, linkedin profile url",
    "social.twitter": "twitter, twitter url, twitter handle, twitter username, twitter profile",
    "social.facebook": "facebook, facebook url, facebook profile, fb",
    "social.instagram": "instagram, instagram url, instagram handle, instagram profile, insta, ig",
    "social.github": "github, github url, github username, github profile",
    "social.xing": "xing, xing url, xing profile, xing profil",
    "social.youtube": "youtube, youtube url, youtube channel, youtube kanal",
    "im": "im, instant messenger, instant messaging, messenger, chat, screen name",
    "im.skype": "skype, skype id, skype name, skypename",
    "im.whatsapp": "whatsapp, whats app, whatsapp number, whatsapp no, whatsapp phone",
    "im.telegram": "telegram, telegram id, telegram username, telegram handle",
    "im.signal": "signal, signal number",
    "im.icq": "icq, icq number, icq id",
    "im.aim": "aim",
    "im.msn": "msn, msn id",
    "im.yahoo": "yahoo id, yahoo messenger",
    "im.jabber": "jabber, jabber id, xmpp, jid",
    "im.google-talk": "google talk, gtalk",
    "im.qq": "qq, qq号, qq號",
    "related.spouse": "spouse, spouse name, husband, wife, spouse s name",
    "related.partner": "partner, partner name",
    "related.child": "child, children, kids",
    "related.mother": "mother, mother s name, mother name",
    "related.father": "father, father s name, father name",
    "related.friend": "friend, friends",
    "related.manager": "manager, manager name, manager s name, supervisor, boss, reports to",
    "related.assistant": "assistant, assistant name, assistant s name, secretary",
    "related.referred-by": "referred by, referrer, referral",
    "uid": "uid, id, uuid, guid, contact id, record id, external id, unique id",
}

_GERMAN: Final[Mapping[str, str]] = {
    "name": (
        "vollständiger name, voller name, ganzer name, gesamtname, anzeigename, kontakt, "
        "kontaktname, kontaktperson, ansprechpartner, ansprechpartnerin, ansprechperson, "
        "vor und nachname, vorname nachname, vorname und nachname, vorname name"
    ),
    "name-last-first": "name vorname, nachname vorname",
    "first": "vorname, vornamen, rufname, vname",
    "last": "nachname, nachnamen, familienname, zuname, nname",
    "middle": "zweiter vorname, weitere vornamen, mittelname",
    "prefix": "anrede, titel, akademischer titel, akad titel, akademischer grad, namenspräfix",
    "suffix": "namenszusatz, namenssuffix",
    "nickname": "spitzname, kosename",
    "maiden-name": "geburtsname, mädchenname, geborene",
    "organization": (
        "firma, firmenname, firmen name, firmierung, unternehmen, unternehmensname, arbeitgeber, "
        "betrieb, einrichtung"
    ),
    "department": "abteilung, bereich, referat, fachbereich",
    "title": (
        "position, stellenbezeichnung, berufsbezeichnung, jobtitel, stelle, dienstbezeichnung"
    ),
    "role": "rolle, funktion, aufgabe, beruf",
    "office": "büro, raum, zimmer",
    "phone": (
        "telefon, telefonnummer, telefon nr, telefonnr, tel nr, telnr, telefon 1, telefon 2, "
        "telefon 3, rufnummer, festnetz, festnetznummer, telefon festnetz, fon"
    ),
    "phone.mobile": (
        "mobil, mobiltelefon, mobilnummer, mobilfunk, mobilfunknummer, mobiltelefonnummer, mobil "
        "nr, mobilnr, mobil tel, tel mobil, telefon mobil, handy, handynummer, handy nr, handynr, "
        "natel, mobil privat, handy privat"
    ),
    "phone.work-mobile": (
        "mobil geschäftlich, mobil dienstlich, handy geschäftlich, handy dienstlich, diensthandy, "
        "firmenhandy"
    ),
    "phone.work": (
        "telefon geschäftlich, telefon geschaeftlich, telefon dienstlich, telefon beruflich, "
        "telefon arbeit, telefon büro, telefon firma, telefon g, tel geschäftlich, tel "
        "dienstlich, tel beruflich, tel arbeit, tel büro, tel firma, tel g, diensttelefon, "
        "geschäftstelefon, firmentelefon, durchwahl"
    ),
    "phone.home": (
        "telefon privat, telefon zuhause, telefon zu hause, telefon p, tel privat, tel p, "
        "privattelefon, privatnummer"
    ),
    "phone.main": "haupttelefon, hauptnummer, zentrale, telefonzentrale",
    "phone.other": "weiteres telefon, anderes telefon, telefon sonstige, sonstiges telefon",
    "phone.fax": "faxnummer, fax nr, faxnr, telefaxnummer",
    "phone.work-fax": "fax geschäftlich, fax dienstlich, fax beruflich, fax büro, fax firma",
    "phone.home-fax": "fax privat",
    "phone.other-fax": "weiteres fax",
    "phone.pager": "funkrufempfänger",
    "phone.car": "autotelefon",
    "phone.assistant": "telefon assistent, telefon assistenz",
    "email": (
        "emailadresse, email adresse, e mail adresse, e mailadresse, mailadresse, mail adresse, "
        "elektronische post, zweite e mail, weitere e mail, e mail adresse 2"
    ),
    "email.work": (
        "e mail geschäftlich, email geschäftlich, e mail dienstlich, email dienstlich, e mail "
        "beruflich, email beruflich, e mail arbeit, email arbeit, e mail firma, geschäftliche e "
        "mail, dienstliche e mail"
    ),
    "email.home": "e mail privat, email privat, private e mail adresse, privatmail",
    "email.other": "andere e mail, sonstige e mail",
    "website": "webseite, internetseite, internetadresse, internetauftritt, webadresse",
    "website.work": "firmenwebsite, firmenwebseite, website firma",
    "website.home": "private webseite",
    "address.street": (
        "strasse, strasse, str, strasse hausnummer, strasse nr, strasse und hausnummer, strasse "
        "hausnr, adresse, adresse 1, adresszeile 1, anschrift, postanschrift"
    ),
    "address.street-2": "strasse 2, adresse 2, adresszeile 2",
    "address.street-3": "strasse 3, adresse 3, adresszeile 3",
    "address.extended": "adresszusatz, adresszusatz 1, anschriftenzusatz, zusatz",
    "address.po-box": "postfach",
    "address.city": "ort, stadt, wohnort, ortschaft, gemeinde",
    "address.region": "bundesland, kanton, provinz, bundesland kanton",
    "address.postal-code": "plz, postleitzahl",
    "address.country": "land, staat, land region",
    "address.country-code": "ländercode, länderkürzel, landeskürzel",
    "address.formatted": "vollständige adresse, vollständige anschrift, gesamte adresse",
    "address.work.street": (
        "strasse geschäftlich, adresse geschäftlich, geschäftsadresse, firmenadresse, "
        "firmenanschrift"
    ),
    "address.work.city": "ort geschäftlich, stadt geschäftlich",
    "address.work.region": "bundesland geschäftlich",
    "address.work.postal-code": "plz geschäftlich, postleitzahl geschäftlich",
    "address.work.country": "land geschäftlich",
    "address.home.street": (
        "strasse privat, adresse privat, privatadresse, wohnadresse, privatanschrift"
    ),
    "address.home.city": "ort privat, stadt privat",
    "address.home.region": "bundesland privat, bundesland kanton privat",
    "address.home.postal-code": "plz privat, postleitzahl privat",
    "address.home.country": "land privat",
    "birthday": (
        "geburtstag, geburtsdatum, geb datum, gebdatum, geb dat, geb, geb am, geboren, geboren am"
    ),
    "birthday.year": "geburtsjahr",
    "birthday.month": "geburtsmonat",
    "anniversary": "jahrestag, hochzeitstag, jubiläum",
    "note": (
        "notiz, notizen, bemerkung, bemerkungen, kommentar, kommentare, anmerkung, anmerkungen, "
        "hinweis, hinweise, beschreibung"
    ),
    "categories": "kategorie, kategorien, gruppe, gruppen, schlagwort, schlagworte, schlagwörter",
    "photo": "foto, foto url, bild, bild url, profilbild",
    "gender": "geschlecht",
    "language": "sprache, sprachen, muttersprache",
    "time-zone": "zeitzone",
    "social.linkedin": "linkedin profil",
    "im.whatsapp": "whatsapp nummer, whatsapp nr",
    "related.spouse": "ehepartner, ehepartnerin, ehemann, ehefrau, ehegatte, gatte, gattin",
    "related.partner": "partnerin, lebenspartner, lebenspartnerin, lebensgefährte, lebensgefährtin",
    "related.child": "kind, kinder",
    "related.mother": "mutter",
    "related.father": "vater",
    "related.friend": "freund, freunde",
    "related.manager": "vorgesetzter, vorgesetzte, vorgesetzte r, chef",
    "related.assistant": "assistent, assistentin, assistenz, sekretariat",
    "related.referred-by": "empfohlen von, empfohlen durch",
    "uid": "kontakt id, datensatz id",
}

_FRENCH: Final[Mapping[str, str]] = {
    "name": (
        "nom complet, prénom et nom, prenom et nom, prénom nom, prenom nom, nom à afficher, "
        "contact, personne de contact, interlocuteur"
    ),
    "name-last-first": "nom et prénom, nom et prenom, nom prénom, nom prenom",
    "first": "prénom, prenom, prénoms, prenoms",
    "last": "nom, nom de famille, noms, patronyme",
    "middle": "deuxième prénom, deuxieme prenom, second prénom, autres prénoms",
    "prefix": "civilité, civilite, titre de civilité, formule de politesse",
    "suffix": "suffixe",
    "nickname": "surnom, pseudo, pseudonyme, diminutif",
    "maiden-name": "nom de jeune fille, nom de naissance",
    "organization": (
        "société, societe, entreprise, organisme, employeur, nom de la société, nom de la societe, "
        "nom de l entreprise, nom société, nom entreprise, raison sociale, établissement, "
        "etablissement, structure"
    ),
    "department": "département, departement, service, pôle",
    "title": "fonction, poste, intitulé du poste, intitule du poste, titre du poste, qualité",
    "role": "rôle, métier, profession",
    "office": "bureau",
    "phone": (
        "téléphone, telephone, téléphone fixe, telephone fixe, tél, tél fixe, tel fixe, "
        "numéro de téléphone, numero de telephone, n de téléphone, n de tél, numéro de tél, fixe, "
        "téléphone 1, téléphone 2, telephone 1, telephone 2, coordonnées téléphoniques"
    ),
    "phone.mobile": (
        "portable, téléphone portable, telephone portable, téléphone mobile, telephone mobile, "
        "tél portable, tel portable, tél mobile, tel mobile, numéro de portable, n de portable, "
        "numéro portable, gsm, mobile personnel, portable personnel, portable perso"
    ),
    "phone.work-mobile": "portable professionnel, portable pro, mobile professionnel, mobile pro",
    "phone.work": (
        "téléphone professionnel, telephone professionnel, tél professionnel, tel professionnel, "
        "téléphone pro, telephone pro, tél pro, tel pro, téléphone bureau, telephone bureau, "
        "tél bureau, tel bureau, téléphone travail, tél travail, ligne directe"
    ),
    "phone.home": (
        "téléphone domicile, telephone domicile, tél domicile, tel domicile, téléphone personnel, "
        "telephone personnel, téléphone perso, telephone perso, tél perso, tel perso, "
        "téléphone privé, tél privé"
    ),
    "phone.main": "téléphone principal, telephone principal, tél principal, numéro principal",
    "phone.other": "autre téléphone, autre telephone, autre tél, autre numéro",
    "phone.fax": "télécopie, telecopie, télécopieur, numéro de fax, n de fax",
    "phone.work-fax": "fax professionnel, fax bureau, télécopie bureau",
    "phone.home-fax": "fax domicile, télécopie domicile",
    "phone.pager": "téléavertisseur, bipeur",
    "email": (
        "courriel, courriels, adresse électronique, adresse electronique, adresse e mail, "
        "adresse email, adresse mail, adresse de messagerie, adresse courriel, mél, mel, "
        "messagerie, e mail principal, email principal, e mail secondaire, email secondaire, "
        "deuxième e mail, autre adresse e mail"
    ),
    "email.work": (
        "e mail professionnel, email professionnel, mail professionnel, mail pro, email pro, "
        "e mail pro, courriel professionnel, adresse e mail professionnelle"
    ),
    "email.home": (
        "e mail personnel, email personnel, mail personnel, mail perso, email perso, e mail perso, "
        "courriel personnel, adresse e mail personnelle"
    ),
    "email.other": "autre e mail, autre email, autre courriel, autre mail",
    "website": "site, site web, site internet, page web, page internet, adresse web, lien",
    "website.work": "site de l entreprise, site web de l entreprise, site entreprise",
    "website.home": "site personnel, page personnelle",
    "address.street": (
        "adresse, rue, adresse 1, adresse ligne 1, adresse postale, voie, n et rue, numéro et rue, "
        "n et voie"
    ),
    "address.street-2": "adresse 2, adresse ligne 2",
    "address.street-3": "adresse 3, adresse ligne 3",
    "address.extended": (
        "complément d adresse, complement d adresse, complément adresse, complement adresse, "
        "appartement"
    ),
    "address.po-box": "boîte postale, boite postale, bp",
    "address.city": "ville, commune, localité, localite",
    "address.region": "région, region, province, canton",
    "address.postal-code": "code postal, cp, npa",
    "address.country": "pays",
    "address.country-code": "code pays",
    "address.formatted": "adresse complète, adresse complete",
    "address.work.street": (
        "adresse professionnelle, adresse pro, adresse bureau, adresse de l entreprise, rue bureau"
    ),
    "address.work.city": "ville bureau, ville professionnelle, ville entreprise",
    "address.work.postal-code": "code postal bureau, code postal professionnel",
    "address.work.country": "pays bureau, pays professionnel",
    "address.home.street": (
        "adresse personnelle, adresse privée, adresse du domicile, adresse domicile, rue domicile"
    ),
    "address.home.city": "ville domicile",
    "address.home.postal-code": "code postal domicile",
    "address.home.country": "pays domicile",
    "birthday": "date de naissance, anniversaire, date naissance, né le, née le, né e le, ddn",
    "birthday.year": "année de naissance, annee de naissance",
    "anniversary": "anniversaire de mariage, date de mariage",
    "note": (
        "remarque, remarques, commentaire, commentaires, observation, observations, annotation, "
        "annotations, mémo"
    ),
    "categories": (
        "catégorie, catégories, categorie, étiquette, étiquettes, groupe, groupes, libellé, "
        "libellés, mots clés"
    ),
    "photo": "photographie, url photo, lien photo, image",
    "gender": "sexe, genre",
    "language": "langue, langues, langue maternelle",
    "time-zone": "fuseau horaire",
    "social.linkedin": "profil linkedin",
    "related.spouse": "conjoint, conjointe, conjoint e, époux, épouse, mari, femme",
    "related.child": "enfant, enfants",
    "related.manager": "responsable, supérieur, supérieur hiérarchique",
    "related.assistant": "assistante, assistant e, secrétaire",
    "uid": "identifiant, identifiant unique, id contact",
}

_SPANISH: Final[Mapping[str, str]] = {
    "name": (
        "nombre completo, nombre y apellido, nombre y apellidos, nombre apellidos, "
        "nombre apellido, contacto, persona de contacto, nombre de contacto, nombre del contacto"
    ),
    "name-last-first": "apellidos y nombre, apellido y nombre, apellidos nombre",
    "first": "nombre, nombres, primer nombre, nombre de pila",
    "last": "apellido, apellidos, primer apellido",
    "middle": "segundo nombre",
    "prefix": "tratamiento, título, titulo",
    "suffix": "sufijo",
    "nickname": "apodo, alias",
    "organization": (
        "empresa, compañía, compania, compañia, organización, organizacion, nombre de la empresa, "
        "nombre empresa, razón social, razon social, institución, institucion, empleador"
    ),
    "department": "departamento, dpto, depto, área",
    "title": "cargo, puesto, puesto de trabajo, ocupación",
    "role": "rol, función, funcion, profesión, profesion",
    "office": "oficina",
    "phone": (
        "teléfono, telefono, teléfonos, telefonos, teléfono fijo, telefono fijo, tfno, tlf, telf, "
        "tlfn, tfno fijo, número de teléfono, numero de telefono, nº de teléfono, núm de teléfono, "
        "número telefónico, teléfono 1, teléfono 2, telefono 1, telefono 2, teléfono de contacto, "
        "telefono de contacto"
    ),
    "phone.mobile": (
        "móvil, movil, celular, teléfono móvil, telefono movil, teléfono celular, "
        "telefono celular, tel móvil, tel movil, tel celular, número de móvil, número de celular, "
        "numero de celular, cel"
    ),
    "phone.work": (
        "teléfono del trabajo, teléfono de trabajo, telefono trabajo, teléfono trabajo, "
        "telefono del trabajo, telefono de trabajo, teléfono oficina, telefono oficina, "
        "teléfono de oficina, teléfono de la oficina, teléfono laboral, teléfono empresa, "
        "teléfono de la empresa"
    ),
    "phone.home": (
        "teléfono particular, telefono particular, teléfono de casa, telefono de casa, "
        "teléfono casa, telefono casa, teléfono personal, teléfono del domicilio, telefono personal"
    ),
    "phone.main": "teléfono principal, telefono principal, centralita, conmutador",
    "phone.other": "otro teléfono, otro telefono",
    "phone.fax": "número de fax, numero de fax",
    "phone.work-fax": "fax del trabajo, fax trabajo, fax oficina",
    "phone.home-fax": "fax de casa, fax particular",
    "phone.pager": "buscapersonas, localizador",
    "email": (
        "correo, correo electrónico, correo electronico, correo e, dirección de correo, "
        "dirección de correo electrónico, direccion de correo electronico, direccion de correo, "
        "dirección de email, e mail principal, correo principal, correo secundario, "
        "segundo correo, correo electrónico 2, correo 2"
    ),
    "email.work": (
        "correo del trabajo, correo de trabajo, correo corporativo, correo laboral, "
        "email corporativo, email de trabajo, email trabajo, correo electrónico del trabajo, "
        "correo profesional"
    ),
    "email.home": (
        "correo personal, correo particular, email personal, correo electrónico personal, "
        "correo privado"
    ),
    "email.other": "otro correo, otro email, otro correo electrónico",
    "website": "sitio web, página web, pagina web, página, sitio, dirección web, enlace",
    "address.street": (
        "dirección, direccion, calle, domicilio, calle y número, calle y numero, dirección 1, "
        "direccion 1, dirección postal, direccion postal, línea de dirección 1"
    ),
    "address.street-2": "dirección 2, direccion 2, línea de dirección 2",
    "address.extended": "piso, apartamento",
    "address.po-box": "apartado postal, apartado de correos, apartado",
    "address.city": "ciudad, población, poblacion, localidad, municipio",
    "address.region": (
        "provincia, estado, región, comunidad autónoma, comunidad autonoma, estado provincia, "
        "provincia estado"
    ),
    "address.postal-code": "código postal, codigo postal, cód postal, cod postal",
    "address.country": "país, pais",
    "address.country-code": "código de país, codigo de pais, código país",
    "address.formatted": "dirección completa, direccion completa",
    "address.work.street": (
        "dirección del trabajo, dirección de trabajo, direccion trabajo, dirección de la empresa, "
        "dirección empresa, dirección laboral"
    ),
    "address.work.city": "ciudad del trabajo, ciudad trabajo",
    "address.work.postal-code": "código postal del trabajo",
    "address.work.country": "país del trabajo",
    "address.home.street": (
        "dirección particular, direccion particular, dirección personal, dirección de casa"
    ),
    "address.home.city": "ciudad de residencia",
    "address.home.country": "país de residencia, pais de residencia",
    "birthday": (
        "cumpleaños, fecha de nacimiento, fecha nacimiento, f nacimiento, nacimiento, "
        "fecha de cumpleaños"
    ),
    "birthday.year": "año de nacimiento",
    "anniversary": "aniversario",
    "note": (
        "nota, notas, comentario, comentarios, observación, observaciones, observacion, "
        "descripción, descripcion"
    ),
    "categories": "categoría, categorías, categorias, etiqueta, etiquetas, grupo, grupos",
    "photo": "foto, imagen, fotografía, url de la foto",
    "gender": "género, genero, sexo",
    "language": "idioma, idiomas, lengua",
    "time-zone": "zona horaria, huso horario",
    "social.linkedin": "perfil de linkedin",
    "related.spouse": "cónyuge, conyuge, esposo, esposa, marido",
    "related.child": "hijo, hijos, hija",
    "related.manager": "jefe, jefa, gerente",
    "related.assistant": "asistente, secretaria",
    "uid": "identificador",
}

_ITALIAN: Final[Mapping[str, str]] = {
    "name": (
        "nome completo, nome e cognome, nome cognome, nominativo, contatto, persona di contatto, "
        "referente"
    ),
    "name-last-first": "cognome e nome, cognome nome",
    "first": "nome, nome di battesimo",
    "last": "cognome",
    "middle": "secondo nome",
    "prefix": "titolo, appellativo",
    "suffix": "suffisso",
    "nickname": "soprannome, nomignolo",
    "organization": (
        "azienda, società, societa, ditta, ragione sociale, organizzazione, nome azienda, "
        "nome società, impresa, ente, datore di lavoro"
    ),
    "department": "reparto, ufficio, dipartimento, divisione",
    "title": "qualifica, posizione, mansione, titolo professionale, incarico",
    "role": "ruolo, funzione, professione",
    "phone": (
        "telefono fisso, tel fisso, numero di telefono, numero telefono, num telefono, n telefono, "
        "recapito telefonico, numero telefonico, telefono 1, telefono 2"
    ),
    "phone.mobile": (
        "cellulare, telefono cellulare, cell, numero di cellulare, numero cellulare, "
        "tel cellulare, tel cell, telefono mobile, telefonino"
    ),
    "phone.work-mobile": "cellulare aziendale, cellulare lavoro, cellulare ufficio",
    "phone.work": (
        "telefono ufficio, tel ufficio, telefono lavoro, tel lavoro, telefono aziendale, "
        "telefono di lavoro, tel aziendale, telefono azienda"
    ),
    "phone.home": (
        "telefono casa, tel casa, telefono abitazione, tel abitazione, telefono di casa, "
        "telefono privato"
    ),
    "phone.main": "telefono principale, centralino",
    "phone.other": "altro telefono, altro numero",
    "phone.fax": "numero di fax, numero fax",
    "phone.work-fax": "fax ufficio, fax lavoro, fax aziendale",
    "phone.home-fax": "fax casa, fax abitazione",
    "phone.pager": "cercapersone",
    "email": (
        "posta elettronica, indirizzo e mail, indirizzo email, indirizzo mail, "
        "indirizzo di posta elettronica, casella di posta, e mail principale, email principale, "
        "email secondaria, e mail secondaria, pec"
    ),
    "email.work": (
        "email lavoro, e mail lavoro, email aziendale, e mail aziendale, mail aziendale, "
        "email ufficio, mail lavoro"
    ),
    "email.home": "email personale, e mail personale, mail personale, email privata, email casa",
    "email.other": "altra email, altra e mail",
    "website": "sito, sito web, sito internet, pagina web, indirizzo web",
    "address.street": (
        "indirizzo, via, via e numero civico, indirizzo 1, indirizzo postale, via e numero, "
        "via piazza"
    ),
    "address.street-2": "indirizzo 2",
    "address.po-box": "casella postale",
    "address.city": "città, citta, comune, località, localita",
    "address.region": "provincia, prov, regione",
    "address.postal-code": "cap, codice postale, codice di avviamento postale, c a p",
    "address.country": "paese, nazione",
    "address.country-code": "codice paese, codice nazione",
    "address.formatted": "indirizzo completo",
    "address.work.street": (
        "indirizzo ufficio, indirizzo lavoro, indirizzo di lavoro, indirizzo aziendale"
    ),
    "address.work.city": "città ufficio, città lavoro",
    "address.work.postal-code": "cap ufficio, cap lavoro",
    "address.home.street": (
        "indirizzo casa, indirizzo abitazione, indirizzo di casa, indirizzo privato"
    ),
    "address.home.city": "città casa, città abitazione, città di residenza",
    "address.home.postal-code": "cap casa, cap abitazione",
    "birthday": "compleanno, data di nascita, data nascita, nascita, nato il, nata il",
    "birthday.year": "anno di nascita",
    "anniversary": "anniversario",
    "note": "nota, annotazione, annotazioni, commento, commenti, osservazioni, descrizione",
    "categories": "categoria, categorie, etichetta, etichette, gruppo, gruppi",
    "photo": "foto, immagine, fotografia",
    "gender": "genere, sesso",
    "language": "lingua, lingue",
    "time-zone": "fuso orario",
    "social.linkedin": "profilo linkedin",
    "related.spouse": "coniuge, marito, moglie",
    "related.child": "figlio, figli, figlia",
    "related.manager": "responsabile, superiore",
    "related.assistant": "assistente, segretaria",
    "uid": "identificativo",
}

_PORTUGUESE: Final[Mapping[str, str]] = {
    "name": (
        "nome completo, nome e sobrenome, nome e apelido, nome sobrenome, contato, contacto, "
        "pessoa de contato, pessoa de contacto, nome do contato, nome do contacto"
    ),
    "first": "primeiro nome, nome próprio, prenome, nome",
    "last": "sobrenome, último nome, ultimo nome, nome de família",
    "middle": "nome do meio, segundo nome",
    "prefix": "tratamento, título, titulo",
    "suffix": "sufixo",
    "nickname": "alcunha",
    "organization": (
        "empresa, companhia, organização, organizacao, nome da empresa, razão social, "
        "razao social, instituição, instituicao, empregador"
    ),
    "department": "departamento, setor, sector",
    "title": "cargo, posição, ocupação",
    "role": "função, funcao, profissão, profissao",
    "phone": (
        "telefone, telefones, telefone fixo, fone, número de telefone, numero de telefone, "
        "telefone 1, telefone 2, nº de telefone, número do telefone, contacto telefónico, "
        "telefone de contato"
    ),
    "phone.mobile": (
        "celular, telemóvel, telemovel, telefone celular, telefone móvel, tel celular, "
        "número de celular, numero de celular, número do celular, nº de telemóvel, "
        "número de telemóvel"
    ),
    "phone.work": (
        "telefone comercial, telefone do trabalho, telefone de trabalho, telefone trabalho, "
        "telefone profissional, telefone da empresa, telefone empresa, telefone do escritório"
    ),
    "phone.home": (
        "telefone residencial, telefone de casa, telefone casa, telefone pessoal, "
        "telefone da residência, telefone particular"
    ),
    "phone.main": "telefone principal",
    "phone.other": "outro telefone",
    "phone.fax": "número de fax, numero de fax, número do fax",
    "phone.work-fax": "fax comercial, fax do trabalho, fax da empresa",
    "phone.home-fax": "fax residencial, fax de casa",
    "email": (
        "correio eletrónico, correio eletrônico, correio electrónico, endereço de e mail, "
        "endereço de email, endereco de email, endereço eletrônico, endereço eletrónico, "
        "e mail principal, email principal, e mail secundário, email secundário"
    ),
    "email.work": (
        "e mail comercial, email comercial, e mail do trabalho, email do trabalho, "
        "e mail profissional, email profissional, e mail corporativo, email corporativo, "
        "email de trabalho"
    ),
    "email.home": "e mail pessoal, email pessoal, e mail particular, email particular",
    "email.other": "outro e mail, outro email",
    "website": "sítio, página, página web, página da web, pagina web, site web, endereço web",
    "address.street": (
        "endereço, endereco, morada, rua, logradouro, endereço 1, rua e número, morada 1, "
        "logradouro e número"
    ),
    "address.street-2": "endereço 2, morada 2",
    "address.extended": "complemento",
    "address.po-box": "caixa postal",
    "address.city": "cidade, localidade, município, municipio",
    "address.region": "estado, uf, província, região, regiao, distrito",
    "address.postal-code": "cep, código postal, codigo postal",
    "address.country": "país, pais",
    "address.country-code": "código do país, codigo do pais",
    "address.formatted": "endereço completo, morada completa",
    "address.work.street": (
        "endereço comercial, endereço do trabalho, endereço de trabalho, endereço da empresa, "
        "morada profissional"
    ),
    "address.work.city": "cidade comercial, cidade do trabalho",
    "address.work.postal-code": "cep comercial, cep do trabalho",
    "address.home.street": (
        "endereço residencial, endereço pessoal, endereço de casa, morada pessoal"
    ),
    "address.home.city": "cidade residencial",
    "address.home.postal-code": "cep residencial",
    "birthday": (
        "aniversário, data de nascimento, data nascimento, nascimento, dt nascimento, "
        "data de aniversário"
    ),
    "birthday.year": "ano de nascimento",
    "anniversary": "aniversário de casamento",
    "note": (
        "nota, notas, observação, observações, observacao, observacoes, obs, comentário, "
        "comentários, anotações, descrição"
    ),
    "categories": "categoria, categorias, etiqueta, etiquetas, marcador, marcadores, grupo, grupos",
    "photo": "foto, imagem, fotografia",
    "gender": "gênero, género, genero, sexo",
    "language": "idioma, língua",
    "time-zone": "fuso horário",
    "social.linkedin": "perfil do linkedin",
    "related.spouse": "cônjuge, esposo, esposa, marido",
    "related.child": "filho, filhos, filha",
    "related.manager": "gerente, gestor, chefe",
    "related.assistant": "assistente, secretária",
}

_DUTCH: Final[Mapping[str, str]] = {
    "name": (
        "naam, volledige naam, contactpersoon, contact, voor en achternaam, "
        "voornaam en achternaam, voornaam achternaam, weergavenaam, naam contactpersoon"
    ),
    "name-last-first": "achternaam en voornaam",
    "particle": "tussenvoegsel, tussenvoegsels, voorvoegsel, tv",
    "first": "voornaam, voornamen, roepnaam",
    "last": "achternaam, familienaam",
    "middle": "tweede voornaam, middelste naam",
    "prefix": "aanhef, aanspreekvorm, aanspreektitel, titel",
    "suffix": "achtervoegsel",
    "nickname": "bijnaam",
    "maiden-name": "meisjesnaam, geboortenaam",
    "organization": (
        "bedrijf, bedrijfsnaam, organisatie, naam organisatie, werkgever, firma, onderneming, "
        "instelling, naam bedrijf"
    ),
    "department": "afdeling",
    "title": "functie, functietitel, positie",
    "role": "rol, beroep",
    "phone": (
        "telefoon, telefoonnummer, telefoonnr, telefoon nr, tel nr, telefoon 1, telefoon 2, "
        "vaste telefoon, vast nummer, telefoon vast, tel vast"
    ),
    "phone.mobile": (
        "mobiel, mobiele telefoon, mobiel nummer, mobielnummer, mobiele nummer, gsm, gsm nummer, "
        "telefoon mobiel, tel mobiel, mobiel telefoonnummer, mobiel nr, gsm nr"
    ),
    "phone.work-mobile": "mobiel werk, mobiel zakelijk",
    "phone.work": (
        "telefoon werk, telefoon zakelijk, tel werk, tel zakelijk, werktelefoon, "
        "zakelijk telefoonnummer, zakelijke telefoon, telefoonnummer werk, doorkiesnummer, "
        "direct nummer"
    ),
    "phone.home": (
        "telefoon thuis, telefoon privé, tel thuis, tel privé, privételefoon, "
        "telefoonnummer thuis, telefoon prive"
    ),
    "phone.main": "hoofdnummer, hoofdtelefoon, algemeen nummer, centrale",
    "phone.other": "andere telefoon, overige telefoon",
    "phone.fax": "faxnummer, fax nr",
    "phone.work-fax": "fax werk, fax zakelijk",
    "phone.home-fax": "fax thuis, fax privé",
    "phone.pager": "pieper, semafoon",
    "email": (
        "e mailadres, emailadres, e mail adres, email adres, mailadres, mail adres, e mailadres 2, "
        "emailadres 2, tweede e mailadres"
    ),
    "email.work": (
        "e mail werk, email werk, e mail zakelijk, email zakelijk, zakelijk e mailadres, "
        "e mailadres werk, werk e mail, zakelijke e mail"
    ),
    "email.home": (
        "e mail privé, email privé, privé e mail, e mail thuis, e mailadres privé, email prive, "
        "privé e mailadres"
    ),
    "email.other": "andere e mail, ander e mailadres",
    "website": "webpagina, webadres, internetadres, internetpagina",
    "address.street": (
        "straat, adres, straatnaam, straat en huisnummer, straat en nummer, straat huisnummer, "
        "adres 1, adresregel 1, postadres"
    ),
    "address.street-2": "adres 2, adresregel 2, straat 2",
    "address.po-box": "postbus",
    "address.city": "stad, plaats, woonplaats, gemeente",
    "address.region": "provincie, regio",
    "address.postal-code": "postcode, post code",
    "address.country": "land, landnaam",
    "address.country-code": "landcode",
    "address.formatted": "volledig adres",
    "address.work.street": (
        "werkadres, adres werk, zakelijk adres, bedrijfsadres, bezoekadres, straat werk"
    ),
    "address.work.city": "plaats werk, stad werk",
    "address.work.postal-code": "postcode werk",
    "address.work.country": "land werk",
    "address.home.street": "huisadres, thuisadres, adres thuis, privéadres, adres privé, woonadres",
    "address.home.city": "plaats thuis, stad thuis, plaats privé",
    "address.home.postal-code": "postcode thuis, postcode privé",
    "address.home.country": "land thuis, land privé",
    "birthday": "verjaardag, geboortedatum, geb datum, geboren, geboren op, geb dat",
    "birthday.year": "geboortejaar",
    "birthday.month": "geboortemaand",
    "anniversary": "trouwdag, trouwdatum, jubileum",
    "note": (
        "notitie, notities, opmerking, opmerkingen, aantekening, aantekeningen, toelichting, "
        "omschrijving"
    ),
    "categories": "categorie, categorieën, groep, groepen, trefwoorden",
    "photo": "foto, afbeelding, profielfoto",
    "gender": "geslacht",
    "language": "taal, talen",
    "time-zone": "tijdzone",
    "social.linkedin": "linkedin profiel",
    "related.spouse": "echtgenoot, echtgenote",
    "related.child": "kinderen, kind",
    "related.manager": "leidinggevende",
    "uid": "contact id",
}

_POLISH: Final[Mapping[str, str]] = {
    "name": (
        "imię i nazwisko, imie i nazwisko, imię nazwisko, imie nazwisko, pełna nazwa, "
        "pełne imię, nazwa wyświetlana, kontakt, osoba kontaktowa, osoba do kontaktu"
    ),
    "name-last-first": "nazwisko i imię, nazwisko i imie, nazwisko imię",
    "first": "imię, imie, imiona, pierwsze imię",
    "last": "nazwisko, nazwiska",
    "middle": "drugie imię, drugie imie",
    "prefix": "tytuł, tytul, zwrot grzecznościowy",
    "suffix": "sufiks, przyrostek",
    "nickname": "pseudonim, ksywa, przydomek",
    "maiden-name": "nazwisko panieńskie, nazwisko rodowe",
    "organization": (
        "firma, nazwa firmy, organizacja, przedsiębiorstwo, pracodawca, instytucja, zakład pracy"
    ),
    "department": "dział, dzial, wydział, departament, oddział",
    "title": "stanowisko, stanowisko pracy, pozycja",
    "role": "rola, funkcja, zawód",
    "phone": (
        "telefon, nr telefonu, numer telefonu, nr tel, telefony, telefon stacjonarny, "
        "tel stacjonarny, telefon kontaktowy, numer kontaktowy, telefon 1, telefon 2"
    ),
    "phone.mobile": (
        "komórka, komorka, telefon komórkowy, telefon komorkowy, tel kom, tel komórkowy, "
        "numer komórki, nr kom, komórkowy, kom, numer telefonu komórkowego"
    ),
    "phone.work": (
        "telefon służbowy, telefon sluzbowy, tel służbowy, telefon do pracy, telefon praca, "
        "telefon firmowy, tel do pracy"
    ),
    "phone.home": (
        "telefon domowy, tel domowy, telefon dom, telefon prywatny, tel prywatny, telefon do domu"
    ),
    "phone.main": "telefon główny, centrala",
    "phone.other": "inny telefon",
    "phone.fax": "faks, numer faksu, nr faksu, nr fax",
    "phone.work-fax": "faks służbowy, fax służbowy, faks praca",
    "phone.home-fax": "faks domowy",
    "email": (
        "adres e mail, adres email, poczta, poczta elektroniczna, adres poczty elektronicznej, "
        "adres mailowy, mejl, drugi e mail, dodatkowy e mail"
    ),
    "email.work": (
        "e mail służbowy, email służbowy, mail służbowy, e mail praca, e mail firmowy, "
        "email firmowy"
    ),
    "email.home": "e mail prywatny, email prywatny, mail prywatny, e mail domowy",
    "email.other": "inny e mail, inny email",
    "website": (
        "strona, strona www, strona internetowa, witryna, adres www, strona domowa, adres strony"
    ),
    "address.street": (
        "ulica, adres, ulica i numer, ulica i nr, ulica nr, ul, adres 1, adres pocztowy, "
        "adres korespondencyjny"
    ),
    "address.street-2": "adres 2",
    "address.extended": "numer mieszkania, nr mieszkania, lokal, nr lokalu",
    "address.po-box": "skrytka pocztowa, skrzynka pocztowa",
    "address.city": "miasto, miejscowość, miejscowosc",
    "address.region": "województwo, wojewodztwo",
    "address.postal-code": "kod pocztowy, kod poczt",
    "address.country": "kraj, państwo, panstwo",
    "address.country-code": "kod kraju",
    "address.formatted": "pełny adres",
    "address.work.street": "adres służbowy, adres firmy, adres do pracy, adres praca, ulica praca",
    "address.work.city": "miasto praca",
    "address.work.postal-code": "kod pocztowy praca",
    "address.work.country": "kraj praca",
    "address.home.street": "adres domowy, adres zamieszkania, adres prywatny, adres dom, ulica dom",
    "address.home.city": "miasto dom",
    "address.home.postal-code": "kod pocztowy dom",
    "address.home.country": "kraj dom",
    "birthday": "urodziny, data urodzenia, data ur, data urodzin",
    "birthday.year": "rok urodzenia",
    "birthday.month": "miesiąc urodzenia",
    "anniversary": "rocznica, rocznica ślubu",
    "note": "notatka, notatki, uwaga, uwagi, komentarz, komentarze, opis",
    "categories": "kategoria, kategorie, grupa, grupy, etykieta, etykiety, tagi",
    "photo": "zdjęcie, zdjecie, fotografia",
    "gender": "płeć, plec",
    "language": "język, jezyk",
    "time-zone": "strefa czasowa",
    "related.spouse": "małżonek, małżonka, współmałżonek, mąż, żona",
    "related.child": "dziecko, dzieci",
    "related.manager": "przełożony, kierownik, menedżer",
    "related.assistant": "asystent, asystentka",
    "uid": "identyfikator",
}

_SWEDISH: Final[Mapping[str, str]] = {
    "name": (
        "namn, fullständigt namn, för och efternamn, förnamn och efternamn, förnamn efternamn, "
        "hela namnet, kontakt, kontaktperson, visningsnamn"
    ),
    "first": "förnamn, fornamn, tilltalsnamn",
    "last": "efternamn",
    "middle": "mellannamn, andra förnamn",
    "suffix": "suffix",
    "nickname": "smeknamn",
    "maiden-name": "flicknamn, födelsenamn",
    "organization": (
        "företag, foretag, företagsnamn, organisation, organisationsnamn, bolag, firma, "
        "arbetsgivare"
    ),
    "department": "avdelning, enhet",
    "title": "befattning, yrkestitel, jobbtitel, tjänst",
    "role": "roll, yrke",
    "phone": "telefon, telefonnummer, telefonnr, tele, tel nr, telefon 1, telefon 2, fast telefon",
    "phone.mobile": "mobil, mobiltelefon, mobilnummer, mobilnr, mobil nr, mobiltelefonnummer",
    "phone.work-mobile": "mobil arbete, mobil jobb, arbetsmobil",
    "phone.work": (
        "telefon arbete, telefon arbetet, telefon jobb, tel arbete, arbetstelefon, tel jobb, "
        "direktnummer, telefon företag"
    ),
    "phone.home": "telefon hem, telefon privat, tel hem, hemtelefon, tel bostad, telefon bostad",
    "phone.main": "växel, växelnummer, huvudnummer",
    "phone.other": "annan telefon, övrig telefon",
    "phone.fax": "faxnummer, fax nr",
    "phone.work-fax": "fax arbete",
    "phone.home-fax": "fax hem",
    "phone.pager": "personsökare",
    "email": (
        "e post, epost, e postadress, epostadress, mejl, mejladress, mailadress, mail adress, "
        "e postadress 2, e post 2"
    ),
    "email.work": (
        "e post arbete, epost arbete, e post jobb, arbetsmejl, jobbmejl, e postadress arbete, "
        "e post arbetet"
    ),
    "email.home": "e post privat, epost privat, e post hem, privat e post, privat mejl",
    "email.other": "annan e post",
    "website": "webbplats, hemsida, webbsida, webb, webbadress",
    "address.street": (
        "gata, adress, gatuadress, postadress, adress 1, adressrad 1, utdelningsadress"
    ),
    "address.street-2": "adress 2, adressrad 2",
    "address.po-box": "postbox, box",
    "address.city": "ort, stad, postort",
    "address.region": "län, landskap, delstat",
    "address.postal-code": "postnummer, postnr, post nr",
    "address.country": "land",
    "address.country-code": "landskod",
    "address.work.street": "arbetsadress, adress arbete, gatuadress arbete, företagsadress",
    "address.work.city": "ort arbete",
    "address.work.postal-code": "postnummer arbete",
    "address.home.street": "hemadress, adress hem, bostadsadress, gatuadress hem",
    "address.home.city": "ort hem",
    "address.home.postal-code": "postnummer hem",
    "birthday": "födelsedag, födelsedatum, fodelsedatum, född",
    "birthday.year": "födelseår",
    "anniversary": "årsdag, bröllopsdag",
    "note": (
        "anteckning, anteckningar, kommentar, kommentarer, notering, noteringar, anmärkning, "
        "övrigt, beskrivning"
    ),
    "categories": "kategori, kategorier, grupp, grupper, etikett, etiketter, taggar",
    "photo": "foto, bild",
    "gender": "kön",
    "language": "språk",
    "time-zone": "tidszon",
    "related.spouse": "maka",
    "related.child": "barn",
    "related.manager": "chef, närmaste chef",
}

_DANISH: Final[Mapping[str, str]] = {
    "name": (
        "navn, fulde navn, for og efternavn, fornavn og efternavn, fornavn efternavn, fuldt navn, "
        "kontakt, kontaktperson"
    ),
    "first": "fornavn, fornavne",
    "last": "efternavn, efternavne",
    "middle": "mellemnavn",
    "prefix": "tiltaleform",
    "nickname": "kaldenavn, øgenavn",
    "maiden-name": "pigenavn, fødenavn",
    "organization": (
        "firma, firmanavn, virksomhed, virksomhedsnavn, organisation, arbejdsgiver, selskab"
    ),
    "department": "afdeling",
    "title": "stilling, stillingsbetegnelse, jobtitel",
    "role": "rolle, erhverv",
    "phone": (
        "telefon, telefonnummer, telefonnr, tlf, tlf nr, tlfnr, tlf nummer, fastnet, telefon 1, "
        "telefon 2"
    ),
    "phone.mobile": "mobil, mobiltelefon, mobilnummer, mobilnr, mobil nr",
    "phone.work": "telefon arbejde, arbejdstelefon, tlf arbejde, direkte telefon, direkte nummer",
    "phone.home": "telefon privat, hjemmetelefon, privattelefon, tlf privat, telefon hjem",
    "phone.main": "hovednummer, omstilling",
    "phone.other": "anden telefon",
    "phone.fax": "faxnummer, telefax",
    "phone.work-fax": "fax arbejde",
    "phone.pager": "personsøger",
    "email": "e mailadresse, emailadresse, mailadresse, e mail adresse",
    "email.work": "e mail arbejde, email arbejde, arbejdsmail, arbejds e mail",
    "email.home": "e mail privat, email privat, privat e mail, privat mail",
    "website": "hjemmeside, webside, websted, webadresse",
    "address.street": (
        "gade, adresse, vej, vejnavn, gade og nummer, adresse 1, adresselinje 1, postadresse"
    ),
    "address.street-2": "adresse 2, adresselinje 2",
    "address.po-box": "postboks",
    "address.city": "by, bynavn",
    "address.region": "stat, delstat",
    "address.postal-code": "postnummer, postnr",
    "address.country": "land",
    "address.country-code": "landekode",
    "address.work.street": "arbejdsadresse, firmaadresse",
    "address.home.street": "hjemmeadresse, privatadresse, bopæl",
    "birthday": "fødselsdag, fødselsdato, født",
    "birthday.year": "fødselsår",
    "anniversary": "bryllupsdag, årsdag",
    "note": "note, noter, bemærkning, bemærkninger, kommentar, kommentarer, beskrivelse",
    "categories": "kategori, kategorier, gruppe, grupper, etiket, etiketter",
    "photo": "foto, billede",
    "gender": "køn",
    "language": "sprog",
    "time-zone": "tidszone",
    "related.spouse": "ægtefælle",
    "related.child": "børn",
    "related.manager": "leder, nærmeste leder",
}

_NORWEGIAN: Final[Mapping[str, str]] = {
    "name": (
        "navn, fullt navn, for og etternavn, fornavn og etternavn, fornavn etternavn, kontakt, "
        "kontaktperson"
    ),
    "first": "fornavn",
    "last": "etternavn",
    "middle": "mellomnavn",
    "prefix": "tiltale",
    "nickname": "kallenavn",
    "maiden-name": "pikenavn",
    "organization": (
        "firma, firmanavn, bedrift, bedriftsnavn, selskap, organisasjon, arbeidsgiver, virksomhet"
    ),
    "department": "avdeling",
    "title": "stilling, stillingstittel, jobbtittel",
    "role": "rolle, yrke",
    "phone": "telefon, telefonnummer, telefonnr, tlf, tlf nr, fasttelefon, telefon 1, telefon 2",
    "phone.mobile": "mobil, mobiltelefon, mobilnummer, mobilnr, mobil nr",
    "phone.work": (
        "telefon arbeid, arbeidstelefon, jobbtelefon, telefon jobb, tlf arbeid, tlf jobb, "
        "direktenummer"
    ),
    "phone.home": "telefon privat, hjemmetelefon, telefon hjem, privattelefon",
    "phone.main": "hovednummer, sentralbord",
    "phone.other": "annen telefon",
    "phone.fax": "faks, faksnummer, telefaks",
    "phone.pager": "personsøker",
    "email": "e post, epost, e postadresse, epostadresse, e post adresse, mailadresse",
    "email.work": "e post arbeid, epost arbeid, e post jobb, jobb e post, epost jobb",
    "email.home": "e post privat, epost privat, privat e post",
    "website": "nettside, hjemmeside, nettsted, nettadresse",
    "address.street": "gate, adresse, gateadresse, adresse 1, adresselinje 1, postadresse, vei",
    "address.street-2": "adresse 2, adresselinje 2",
    "address.po-box": "postboks",
    "address.city": "by, poststed",
    "address.region": "fylke, delstat",
    "address.postal-code": "postnummer, postnr",
    "address.country": "land",
    "address.country-code": "landkode",
    "address.work.street": "arbeidsadresse, jobbadresse, firmaadresse",
    "address.home.street": "hjemmeadresse, privatadresse, bostedsadresse",
    "birthday": "bursdag, fødselsdag, fødselsdato, født",
    "birthday.year": "fødselsår",
    "anniversary": "bryllupsdag, merkedag",
    "note": "notat, notater, merknad, merknader, kommentar, kommentarer, beskrivelse",
    "categories": "kategori, kategorier, gruppe, grupper, etikett, etiketter",
    "photo": "foto, bilde",
    "gender": "kjønn",
    "language": "språk",
    "time-zone": "tidssone",
    "related.spouse": "ektefelle",
    "related.child": "barn",
    "related.manager": "leder, nærmeste leder",
}

_FINNISH: Final[Mapping[str, str]] = {
    "name": (
        "nimi, koko nimi, etu ja sukunimi, etunimi ja sukunimi, etunimi sukunimi, yhteyshenkilö, "
        "yhteystieto"
    ),
    "name-last-first": "sukunimi ja etunimi, sukunimi etunimi",
    "first": "etunimi, etunimet, kutsumanimi",
    "last": "sukunimi",
    "middle": "toinen nimi, toinen etunimi",
    "prefix": "puhuttelu, etuliite",
    "suffix": "jälkiliite",
    "nickname": "lempinimi",
    "maiden-name": "tyttönimi",
    "organization": "yritys, yrityksen nimi, organisaatio, työnantaja, yhtiö, firma",
    "department": "osasto, yksikkö",
    "title": "tehtävänimike, titteli, nimike, ammattinimike, asema",
    "role": "rooli, ammatti",
    "phone": "puhelin, puhelinnumero, puh, puh nro, puhelinnro, lankapuhelin, puhelin 1, puhelin 2",
    "phone.mobile": (
        "matkapuhelin, matkapuhelinnumero, kännykkä, gsm, mobiili, matkapuh, gsm numero"
    ),
    "phone.work": "työpuhelin, puhelin työ, työpuhelinnumero, puhelin työhön",
    "phone.home": "kotipuhelin, puhelin koti, kotinumero",
    "phone.main": "vaihde, puhelinvaihde",
    "phone.other": "muu puhelin",
    "phone.fax": "faksi, faksinumero, telefaksi",
    "email": "sähköposti, sähköpostiosoite, s posti, säpo, meili, sähköposti 2",
    "email.work": "työsähköposti, sähköposti työ",
    "email.home": "kotisähköposti, sähköposti koti, henkilökohtainen sähköposti",
    "email.other": "muu sähköposti",
    "website": (
        "kotisivu, kotisivut, verkkosivu, verkkosivusto, www sivu, verkko osoite, www osoite, "
        "nettisivu"
    ),
    "address.street": "osoite, katuosoite, lähiosoite, katu, postiosoite, osoite 1, osoiterivi 1",
    "address.street-2": "osoite 2, osoiterivi 2",
    "address.po-box": "postilokero",
    "address.city": "kaupunki, postitoimipaikka, paikkakunta, kunta",
    "address.region": "maakunta, lääni, osavaltio",
    "address.postal-code": "postinumero, postinro",
    "address.country": "maa",
    "address.country-code": "maakoodi, maatunnus",
    "address.work.street": "työosoite, yrityksen osoite",
    "address.home.street": "kotiosoite",
    "birthday": "syntymäpäivä, syntymäaika, syntymäpvm, syntynyt",
    "birthday.year": "syntymävuosi",
    "anniversary": "vuosipäivä, hääpäivä",
    "note": (
        "muistiinpano, muistiinpanot, huomautus, huomautukset, huomiot, kommentti, kommentit, "
        "lisätiedot, lisätieto, kuvaus"
    ),
    "categories": "luokka, luokat, kategoria, kategoriat, ryhmä, ryhmät, tunniste, tunnisteet",
    "photo": "kuva, valokuva",
    "gender": "sukupuoli",
    "language": "kieli, äidinkieli",
    "time-zone": "aikavyöhyke",
    "related.spouse": "puoliso",
    "related.child": "lapsi, lapset",
    "related.manager": "esimies, esihenkilö",
}

_CZECH: Final[Mapping[str, str]] = {
    "name": (
        "celé jméno, jméno a příjmení, jmeno a prijmeni, jméno příjmení, jmeno prijmeni, "
        "zobrazované jméno, kontakt, kontaktní osoba, kontaktni osoba"
    ),
    "name-last-first": "příjmení a jméno, prijmeni a jmeno, příjmení jméno",
    "first": "jméno, jmeno, křestní jméno, krestni jmeno",
    "last": "příjmení, prijmeni",
    "middle": "prostřední jméno, druhé jméno",
    "prefix": "titul, oslovení, titul před jménem",
    "suffix": "titul za jménem, přípona",
    "nickname": "přezdívka, prezdivka",
    "maiden-name": "rodné příjmení, rozená",
    "organization": (
        "firma, společnost, spolecnost, organizace, název firmy, nazev firmy, název společnosti, "
        "zaměstnavatel, podnik"
    ),
    "department": "oddělení, oddeleni, útvar",
    "title": "funkce, pozice, pracovní pozice, pracovni pozice, pracovní zařazení",
    "role": "role, povolání, profese",
    "phone": (
        "telefon, telefonní číslo, telefonni cislo, tel číslo, tel č, číslo telefonu, pevná linka, "
        "telefon 1, telefon 2"
    ),
    "phone.mobile": "mobil, mobilní telefon, mobilni telefon, mobilní číslo, číslo mobilu, mobilní",
    "phone.work": (
        "telefon do práce, telefon do zaměstnání, telefon práce, pracovní telefon, služební telefon"
    ),
    "phone.home": "telefon domů, telefon domu, domácí telefon, soukromý telefon",
    "phone.main": "hlavní telefon, ústředna",
    "phone.other": "jiný telefon, další telefon",
    "phone.fax": "faxové číslo, číslo faxu",
    "email": (
        "e mailová adresa, emailová adresa, emailova adresa, elektronická pošta, mailová adresa, "
        "druhý e mail, další e mail"
    ),
    "email.work": "pracovní e mail, pracovní email, e mail do práce, služební e mail",
    "email.home": "soukromý e mail, osobní e mail, osobní email, soukromý email",
    "email.other": "jiný e mail",
    "website": (
        "web, webová stránka, webové stránky, webova stranka, internetová stránka, "
        "internetové stránky, www stránky, domovská stránka"
    ),
    "address.street": "ulice, adresa, ulice a číslo, ulice a číslo popisné, ulice a č p, adresa 1",
    "address.street-2": "adresa 2",
    "address.po-box": "poštovní přihrádka, p o box",
    "address.city": "město, mesto, obec",
    "address.region": "okres, provincie",
    "address.postal-code": "psč, psc, poštovní směrovací číslo",
    "address.country": "země, zeme, stát",
    "address.country-code": "kód země",
    "address.work.street": "pracovní adresa, adresa do práce, adresa firmy, adresa zaměstnání",
    "address.home.street": "domácí adresa, adresa domů, adresa bydliště, bydliště",
    "birthday": "narozeniny, datum narození, datum narozeni, narozen, narozena",
    "birthday.year": "rok narození",
    "anniversary": "výročí, výročí svatby",
    "note": "poznámka, poznámky, poznamka, poznamky, komentář, komentáře, popis",
    "categories": "kategorie, skupina, skupiny, štítek, štítky",
    "photo": "fotka, fotografie, obrázek",
    "gender": "pohlaví, pohlavi",
    "language": "jazyk, jazyky",
    "time-zone": "časové pásmo",
    "related.spouse": "manžel, manželka, choť",
    "related.child": "děti, dítě",
    "related.manager": "nadřízený, vedoucí",
}

_SLOVAK: Final[Mapping[str, str]] = {
    "name": (
        "celé meno, meno a priezvisko, meno priezvisko, kontakt, kontaktná osoba, kontaktna osoba"
    ),
    "name-last-first": "priezvisko a meno, priezvisko meno",
    "first": "meno, krstné meno, krstne meno",
    "last": "priezvisko",
    "middle": "stredné meno, druhé meno",
    "prefix": "titul, oslovenie, titul pred menom",
    "suffix": "titul za menom, prípona",
    "nickname": "prezývka, prezyvka",
    "maiden-name": "rodné priezvisko, rodená",
    "organization": (
        "firma, spoločnosť, spolocnost, organizácia, názov firmy, nazov firmy, názov spoločnosti, "
        "zamestnávateľ, podnik"
    ),
    "department": "oddelenie, útvar",
    "title": "funkcia, pozícia, pracovná pozícia, pracovna pozicia",
    "role": "rola, povolanie, profesia",
    "phone": (
        "telefón, telefon, telefónne číslo, telefonne cislo, tel číslo, číslo telefónu, "
        "pevná linka, telefón 1, telefón 2"
    ),
    "phone.mobile": "mobil, mobilný telefón, mobilny telefon, mobilné číslo, číslo mobilu",
    "phone.work": "telefón do práce, telefón do zamestnania, pracovný telefón, služobný telefón",
    "phone.home": "telefón domov, domáci telefón, súkromný telefón",
    "phone.main": "hlavný telefón, ústredňa",
    "phone.other": "iný telefón, ďalší telefón",
    "phone.fax": "faxové číslo, číslo faxu",
    "email": "e mailová adresa, emailová adresa, elektronická pošta, mailová adresa",
    "email.work": "pracovný e mail, pracovný email, e mail do práce",
    "email.home": "súkromný e mail, osobný e mail, osobný email",
    "email.other": "iný e mail",
    "website": "web, webová stránka, webové stránky, internetová stránka, domovská stránka",
    "address.street": "ulica, adresa, ulica a číslo, adresa 1",
    "address.street-2": "adresa 2",
    "address.po-box": "poštový priečinok",
    "address.city": "mesto, obec",
    "address.region": "okres, provincia",
    "address.postal-code": "psč, psc, poštové smerovacie číslo",
    "address.country": "krajina, štát",
    "address.country-code": "kód krajiny",
    "address.work.street": "pracovná adresa, adresa do práce, adresa firmy",
    "address.home.street": "domáca adresa, adresa domov, adresa bydliska, bydlisko",
    "birthday": "narodeniny, dátum narodenia, datum narodenia, narodený, narodená",
    "birthday.year": "rok narodenia",
    "anniversary": "výročie, výročie svadby",
    "note": "poznámka, poznámky, poznamka, poznamky, komentár, komentáre, popis",
    "categories": "kategória, kategórie, skupina, skupiny, štítok, štítky",
    "photo": "fotka, fotografia, obrázok",
    "gender": "pohlavie",
    "language": "jazyk, jazyky",
    "time-zone": "časové pásmo",
    "related.spouse": "manžel, manželka",
    "related.child": "deti, dieťa",
    "related.manager": "nadriadený, vedúci",
}

_HUNGARIAN: Final[Mapping[str, str]] = {
    "name": "megjelenített név, kapcsolattartó, kapcsolattartó neve",
    "name-last-first": (
        "név, nev, teljes név, teljes nev, vezetéknév és keresztnév, vezetéknév keresztnév"
    ),
    "first": "keresztnév, keresztnev, utónév, utonev",
    "last": "vezetéknév, vezeteknev, családnév, csaladnev",
    "middle": "középső név, második keresztnév",
    "prefix": "megszólítás, titulus, előtag",
    "suffix": "utótag",
    "nickname": "becenév, becenev",
    "maiden-name": "születési név, leánykori név",
    "organization": (
        "cég, ceg, cégnév, cegnev, cég neve, vállalat, szervezet, munkáltató, munkahely"
    ),
    "department": "osztály, részleg",
    "title": "beosztás, beosztas, munkakör, pozíció",
    "role": "szerep, szerepkör, foglalkozás",
    "phone": (
        "telefon, telefonszám, telefonszam, tel szám, vezetékes telefon, vezetékes, telefon 1, "
        "telefon 2"
    ),
    "phone.mobile": (
        "mobil, mobiltelefon, mobilszám, mobiltelefonszám, mobil telefon, mobil telefonszám"
    ),
    "phone.work": "munkahelyi telefon, céges telefon, hivatali telefon, munkahelyi telefonszám",
    "phone.home": "otthoni telefon, lakástelefon, otthoni telefonszám, magán telefon",
    "phone.main": "központi telefon, fő telefonszám, központi szám",
    "phone.other": "egyéb telefon, másik telefon",
    "phone.fax": "faxszám, telefax",
    "phone.pager": "személyhívó",
    "email": (
        "e mail cím, email cím, e mail címe, emailcím, e mailcím, e mail cim, email cim, "
        "villámposta, drótposta"
    ),
    "email.work": "munkahelyi e mail, céges e mail, munkahelyi email, céges email",
    "email.home": "privát e mail, magán e mail, személyes e mail, otthoni e mail, privát email",
    "email.other": "egyéb e mail, másik e mail",
    "website": "weboldal, weblap, honlap, webcím, honlapcím",
    "address.street": "cím, utca, utca házszám, lakcím, utca és házszám, levelezési cím, postacím",
    "address.po-box": "postafiók",
    "address.city": "város, varos, település, telepules, helység",
    "address.region": "megye, régió, állam",
    "address.postal-code": "irányítószám, iranyitoszam, irsz, ir szám",
    "address.country": "ország, orszag",
    "address.country-code": "országkód",
    "address.formatted": "teljes cím",
    "address.work.street": "munkahelyi cím, céges cím, hivatali cím, cég címe",
    "address.home.street": "otthoni cím, lakás címe",
    "birthday": (
        "születésnap, születési dátum, születési idő, szuletesi datum, szül dátum, szül idő"
    ),
    "birthday.year": "születési év",
    "anniversary": "évforduló, házassági évforduló",
    "note": "megjegyzés, megjegyzések, megjegyzes, jegyzet, jegyzetek, feljegyzés, leírás",
    "categories": "kategória, kategóriák, csoport, csoportok, címke, címkék",
    "photo": "fénykép, fotó, kép",
    "gender": "nem, neme",
    "language": "nyelv, anyanyelv",
    "time-zone": "időzóna",
    "related.spouse": "házastárs, férj, feleség",
    "related.child": "gyermek, gyermekek, gyerekek",
    "related.manager": "felettes, vezető",
    "uid": "azonosító",
}

_TURKISH: Final[Mapping[str, str]] = {
    "name": (
        "ad soyad, adı soyadı, adi soyadi, ad ve soyad, tam ad, tam adı, isim soyisim, isim soyad, "
        "i sim soyisim, ilgili kişi, i lgili kişi, kişi, ad soyadı"
    ),
    "first": "ad, adı, adi, isim, i sim, ilk ad, i lk ad, ilk adı, i lk adı",
    "last": "soyad, soyadı, soyadi, soyisim",
    "middle": "ikinci ad, i kinci ad, ikinci adı, i kinci adı, orta ad",
    "prefix": "hitap",
    "nickname": "takma ad, takma adı, lakap",
    "organization": (
        "şirket, sirket, firma, kurum, kuruluş, kurulus, şirket adı, sirket adi, firma adı, "
        "firma adi, kurum adı, işyeri, i şyeri, iş yeri, i ş yeri, işveren, i şveren"
    ),
    "department": "departman, bölüm, bolum, birim",
    "title": "unvan, ünvan, unvanı, pozisyon, görev, iş unvanı, i ş unvanı",
    "role": "rol, meslek",
    "phone": (
        "telefon, telefon numarası, telefon numarasi, telefon no, sabit telefon, tel numarası, "
        "telefon 1, telefon 2, i rtibat numarası, irtibat numarası, iletişim numarası, "
        "i letişim numarası"
    ),
    "phone.mobile": (
        "cep telefonu, cep tel, cep no, mobil, mobil telefon, cep telefon, cep telefonu numarası, "
        "gsm, gsm no"
    ),
    "phone.work": (
        "iş telefonu, i ş telefonu, is telefonu, iş tel, i ş tel, ofis telefonu, şirket telefonu, "
        "işyeri telefonu"
    ),
    "phone.home": "ev telefonu, ev tel",
    "phone.main": "santral, ana telefon",
    "phone.other": "diğer telefon",
    "phone.fax": "faks, faks no, faks numarası, belgegeçer",
    "phone.work-fax": "iş faksı, i ş faksı",
    "phone.home-fax": "ev faksı",
    "email": (
        "e posta, eposta, e posta adresi, eposta adresi, elektronik posta, mail adresi, "
        "e mail adresi, email adresi"
    ),
    "email.work": (
        "iş e postası, i ş e postası, iş e posta, i ş e posta, kurumsal e posta, şirket e postası"
    ),
    "email.home": "kişisel e posta, özel e posta, ev e posta",
    "email.other": "diğer e posta",
    "website": "web sitesi, web sayfası, internet sitesi, web adresi, internet adresi, site",
    "address.street": "adres, sokak, cadde, açık adres, adres 1, adres satırı 1",
    "address.street-2": "adres 2, adres satırı 2",
    "address.po-box": "posta kutusu",
    "address.city": "şehir, sehir, kent",
    "address.region": "bölge, eyalet",
    "address.postal-code": "posta kodu, posta kod",
    "address.country": "ülke, ulke",
    "address.country-code": "ülke kodu",
    "address.work.street": "iş adresi, i ş adresi, işyeri adresi, şirket adresi, ofis adresi",
    "address.home.street": "ev adresi",
    "birthday": "doğum tarihi, dogum tarihi, doğum günü, dogum gunu",
    "birthday.year": "doğum yılı",
    "anniversary": "yıldönümü, evlilik yıldönümü",
    "note": "not, notlar, açıklama, aciklama, açıklamalar, yorum, yorumlar",
    "categories": "kategori, kategoriler, grup, gruplar, etiket, etiketler",
    "photo": "fotoğraf, fotograf, resim",
    "gender": "cinsiyet",
    "language": "dil, diller",
    "time-zone": "saat dilimi",
    "related.spouse": "eş, eşi",
    "related.child": "çocuk, çocuklar",
    "related.manager": "yönetici, müdür",
}

_RUSSIAN: Final[Mapping[str, str]] = {
    "name": (
        "имя и фамилия, имя фамилия, полное имя, контакт, контактное лицо, отображаемое имя, "
        "имя контакта"
    ),
    "name-last-first": "фио, ф и о, фамилия и имя, фамилия имя, фамилия имя отчество, полное фио",
    "first": "имя",
    "last": "фамилия",
    "middle": "отчество, второе имя, среднее имя",
    "prefix": "обращение",
    "suffix": "суффикс",
    "nickname": "псевдоним, прозвище, ник, никнейм",
    "maiden-name": "девичья фамилия",
    "organization": (
        "компания, организация, фирма, место работы, название компании, название организации, "
        "предприятие, работодатель, учреждение"
    ),
    "department": "отдел, подразделение, департамент",
    "title": "должность, позиция",
    "role": "роль, профессия",
    "office": "кабинет, офис",
    "phone": (
        "телефон, номер телефона, тел, телефоны, контактный телефон, городской телефон, телефон 1, "
        "телефон 2, тел номер"
    ),
    "phone.mobile": (
        "мобильный, мобильный телефон, моб, моб тел, моб телефон, сотовый, сотовый телефон, "
        "номер мобильного, мобильный номер, тел моб, телефон мобильный, телефон моб"
    ),
    "phone.work": (
        "рабочий телефон, телефон рабочий, раб телефон, раб тел, тел раб, служебный телефон, "
        "телефон раб, рабочий"
    ),
    "phone.home": (
        "домашний телефон, телефон домашний, дом телефон, дом тел, тел дом, телефон дом, домашний"
    ),
    "phone.main": "основной телефон, общий телефон",
    "phone.other": "другой телефон, дополнительный телефон, доп телефон, доп тел",
    "phone.fax": "факс, номер факса, телефакс",
    "phone.work-fax": "рабочий факс",
    "phone.home-fax": "домашний факс",
    "phone.pager": "пейджер",
    "email": (
        "электронная почта, эл почта, эл адрес, адрес электронной почты, почта, имейл, емейл, "
        "мейл, электронный адрес, емайл, адрес эл почты, e mail адрес"
    ),
    "email.work": (
        "рабочая почта, рабочий email, рабочий e mail, рабочая электронная почта, e mail рабочий, "
        "email рабочий"
    ),
    "email.home": (
        "личная почта, личный email, личный e mail, e mail личный, личная электронная почта, "
        "домашний e mail"
    ),
    "email.other": "другой e mail, другая почта",
    "website": (
        "сайт, веб сайт, вебсайт, веб страница, адрес сайта, интернет сайт, страница, "
        "домашняя страница"
    ),
    "address.street": "адрес, улица, улица и дом, улица дом, почтовый адрес",
    "address.po-box": "абонентский ящик, а я",
    "address.city": "город, населенный пункт, населённый пункт",
    "address.region": "область, регион, край, штат, область край",
    "address.postal-code": "индекс, почтовый индекс",
    "address.country": "страна",
    "address.country-code": "код страны",
    "address.formatted": "полный адрес",
    "address.work.street": (
        "рабочий адрес, адрес рабочий, адрес организации, адрес компании, адрес работы"
    ),
    "address.home.street": "домашний адрес, адрес домашний, адрес проживания",
    "birthday": "день рождения, дата рождения, др, д р, рождение",
    "birthday.year": "год рождения",
    "birthday.month": "месяц рождения",
    "anniversary": "годовщина, годовщина свадьбы",
    "note": (
        "примечание, примечания, заметка, заметки, комментарий, комментарии, описание, "
        "дополнительно"
    ),
    "categories": "категория, категории, группа, группы, тег, теги, метка, метки",
    "photo": "фото, фотография, изображение",
    "gender": "пол",
    "language": "язык, языки",
    "time-zone": "часовой пояс",
    "im.skype": "скайп",
    "im.whatsapp": "ватсап, вотсап",
    "im.telegram": "телеграм, телеграмм",
    "social.facebook": "фейсбук",
    "social.instagram": "инстаграм",
    "related.spouse": "супруг, супруга, муж, жена, супруг а",
    "related.child": "дети, ребенок, ребёнок",
    "related.manager": "руководитель, начальник",
    "related.assistant": "помощник, ассистент, секретарь",
}

_UKRAINIAN: Final[Mapping[str, str]] = {
    "name": (
        "ім я та прізвище, ім я і прізвище, ім я прізвище, повне ім я, контакт, контактна особа"
    ),
    "name-last-first": "піб, п і б, прізвище та ім я, прізвище ім я, прізвище ім я по батькові",
    "first": "ім я, імя",
    "last": "прізвище",
    "middle": "по батькові, друге ім я",
    "prefix": "звертання, звернення",
    "suffix": "суфікс",
    "nickname": "псевдонім, прізвисько",
    "maiden-name": "дівоче прізвище",
    "organization": (
        "компанія, організація, фірма, місце роботи, назва компанії, назва організації, "
        "підприємство, установа, роботодавець"
    ),
    "department": "відділ, підрозділ, департамент",
    "title": "посада, позиція",
    "role": "роль, професія",
    "phone": "телефон, номер телефону, контактний телефон, телефони, телефон 1, телефон 2",
    "phone.mobile": (
        "мобільний, мобільний телефон, моб телефон, номер мобільного, мобільний номер, "
        "телефон мобільний"
    ),
    "phone.work": "робочий телефон, телефон робочий, роб телефон, службовий телефон, телефон роб",
    "phone.home": "домашній телефон, телефон домашній, телефон дом",
    "phone.main": "основний телефон",
    "phone.other": "інший телефон, додатковий телефон",
    "phone.fax": "факс, номер факсу",
    "email": (
        "електронна пошта, ел пошта, електронна адреса, адреса електронної пошти, пошта, імейл, "
        "емейл"
    ),
    "email.work": "робоча пошта, робочий email, робочий e mail, робоча електронна пошта",
    "email.home": "особиста пошта, особистий email, особистий e mail",
    "email.other": "інша пошта, інший e mail",
    "website": "сайт, веб сайт, вебсайт, веб сторінка, вебсторінка, адреса сайту",
    "address.street": "адреса, вулиця, поштова адреса, вулиця та будинок, вулиця і будинок",
    "address.po-box": "абонентська скринька",
    "address.city": "місто, населений пункт",
    "address.region": "область, регіон",
    "address.postal-code": "індекс, поштовий індекс",
    "address.country": "країна",
    "address.country-code": "код країни",
    "address.formatted": "повна адреса",
    "address.work.street": "робоча адреса, адреса роботи, адреса компанії",
    "address.home.street": "домашня адреса, адреса проживання",
    "birthday": "день народження, дата народження",
    "birthday.year": "рік народження",
    "anniversary": "річниця, річниця весілля",
    "note": "примітка, примітки, нотатка, нотатки, коментар, коментарі, опис",
    "categories": "категорія, категорії, група, групи, тег, теги, мітка, мітки",
    "photo": "фото, фотографія, зображення",
    "gender": "стать",
    "language": "мова, мови",
    "time-zone": "часовий пояс",
    "related.spouse": "чоловік, дружина, подружжя",
    "related.child": "діти, дитина",
    "related.manager": "керівник, начальник",
    "related.assistant": "помічник, асистент, секретар",
}

_GREEK: Final[Mapping[str, str]] = {
    "name": (
        "ονοματεπώνυμο, ονοματεπωνυμο, πλήρεσ όνομα, όνομα και επώνυμο, όνομα επώνυμο, επαφή, "
        "υπεύθυνοσ επικοινωνίασ, εμφανιζόμενο όνομα"
    ),
    "name-last-first": "επώνυμο και όνομα",
    "first": "όνομα, ονομα, μικρό όνομα",
    "last": "επώνυμο, επωνυμο, επίθετο, επιθετο",
    "middle": "μεσαίο όνομα, δεύτερο όνομα",
    "prefix": "προσφώνηση, τίτλοσ, τιτλοσ",
    "suffix": "επίθημα",
    "nickname": "ψευδώνυμο, παρατσούκλι",
    "organization": (
        "εταιρεία, εταιρεια, εταιρία, επιχείρηση, οργανισμόσ, επωνυμία, επωνυμία εταιρείασ, "
        "όνομα εταιρείασ, εργοδότησ"
    ),
    "department": "τμήμα, τμημα",
    "title": "θέση, θέση εργασίασ, τίτλοσ εργασίασ, ιδιότητα",
    "role": "ρόλοσ, επάγγελμα",
    "phone": (
        "τηλέφωνο, τηλεφωνο, αριθμόσ τηλεφώνου, τηλ, τηλέφωνα, σταθερό, σταθερό τηλέφωνο, "
        "τηλέφωνο επικοινωνίασ, τηλέφωνο 1, τηλέφωνο 2"
    ),
    "phone.mobile": "κινητό, κινητο, κινητό τηλέφωνο, αριθμόσ κινητού, κιν, τηλέφωνο κινητό",
    "phone.work": "τηλέφωνο εργασίασ, τηλέφωνο γραφείου, τηλ εργασίασ, τηλ γραφείου",
    "phone.home": "τηλέφωνο οικίασ, τηλέφωνο σπιτιού, τηλ οικίασ, τηλ σπιτιού",
    "phone.main": "κύριο τηλέφωνο, τηλεφωνικό κέντρο",
    "phone.other": "άλλο τηλέφωνο",
    "phone.fax": "φαξ, αριθμόσ φαξ",
    "email": (
        "ηλεκτρονική διεύθυνση, ηλεκτρονικό ταχυδρομείο, διεύθυνση email, διεύθυνση e mail, "
        "διεύθυνση ηλεκτρονικού ταχυδρομείου"
    ),
    "email.work": "email εργασίασ, e mail εργασίασ",
    "email.home": "προσωπικό email, προσωπικό e mail",
    "email.other": "άλλο email, άλλο e mail",
    "website": "ιστοσελίδα, ιστοσελιδα, ιστότοποσ, ιστοχώροσ, διεύθυνση ιστοσελίδασ",
    "address.street": "διεύθυνση, διευθυνση, οδόσ, οδοσ, οδόσ και αριθμόσ, οδόσ αριθμόσ",
    "address.po-box": "ταχυδρομική θυρίδα, τ θ",
    "address.city": "πόλη, πολη",
    "address.region": "νομόσ, νομοσ, περιφέρεια, περιοχή",
    "address.postal-code": "ταχυδρομικόσ κώδικασ, ταχ κώδικασ, τ κ, τκ",
    "address.country": "χώρα, χωρα",
    "address.country-code": "κωδικόσ χώρασ",
    "address.formatted": "πλήρησ διεύθυνση",
    "address.work.street": "διεύθυνση εργασίασ, διεύθυνση γραφείου, διεύθυνση εταιρείασ",
    "address.home.street": "διεύθυνση οικίασ, διεύθυνση κατοικίασ",
    "birthday": "ημερομηνία γέννησησ, ημ γέννησησ, γενέθλια, ημερομηνια γεννησησ",
    "birthday.year": "έτοσ γέννησησ",
    "anniversary": "επέτειοσ",
    "note": "σημείωση, σημειώσεισ, σημειωσεισ, σχόλιο, σχόλια, παρατηρήσεισ, παρατήρηση, περιγραφή",
    "categories": "κατηγορία, κατηγορίεσ, ομάδα, ομάδεσ, ετικέτα, ετικέτεσ",
    "photo": "φωτογραφία, εικόνα",
    "gender": "φύλο, φυλο",
    "language": "γλώσσα, γλωσσα",
    "time-zone": "ζώνη ώρασ",
    "related.spouse": "σύζυγοσ",
    "related.child": "τέκνα, παιδιά",
    "related.manager": "προϊστάμενοσ, διευθυντήσ",
}

_JAPANESE: Final[Mapping[str, str]] = {
    "name": "名前, お名前, フルネーム, 担当者, 担当者名, 連絡先, 表示名, 連絡先名",
    "name-last-first": "氏名, 姓名, ご氏名",
    "first": "名, ファーストネーム, 名 漢字",
    "last": "姓, 苗字, ラストネーム, 姓 漢字",
    "middle": "ミドルネーム, ミドル ネーム",
    "prefix": "肩書き, 肩書",
    "suffix": "敬称",
    "nickname": "ニックネーム, あだ名, 通称",
    "maiden-name": "旧姓",
    "phonetic-first": (
        "名フリガナ, 名 フリガナ, 名ふりがな, 名カナ, 名 カナ, 名前フリガナ, 名かな, メイ"
    ),
    "phonetic-last": "姓フリガナ, 姓 フリガナ, 姓ふりがな, 姓カナ, 姓 カナ, 姓かな, セイ",
    "phonetic-organization": "会社名フリガナ, 会社名カナ",
    "organization": (
        "会社, 会社名, 勤務先, 勤務先名, 組織, 組織名, 企業名, 法人名, 御社名, 貴社名, 団体名"
    ),
    "department": "部署, 部署名, 部門, 所属部署",
    "title": "役職, 役職名, 職位",
    "role": "職種, 職業, 役割",
    "phone": (
        "電話, 電話番号, 連絡先電話番号, 固定電話, お電話番号, 電話番号1, 電話番号2, 電話1, 電話2"
    ),
    "phone.mobile": "携帯, 携帯電話, 携帯番号, 携帯電話番号, スマホ, 携帯 tel",
    "phone.work": "会社電話, 会社電話番号, 勤務先電話, 勤務先電話番号, 会社 tel, 直通, 直通電話",
    "phone.home": "自宅電話, 自宅電話番号, 自宅 tel, 自宅の電話",
    "phone.main": "代表電話, 代表番号, 会社代表電話",
    "phone.other": "その他の電話, その他電話",
    "phone.fax": "ファックス, ファクス, ファックス番号, fax番号, fax 番号",
    "phone.work-fax": "会社fax, 会社 fax",
    "phone.home-fax": "自宅fax, 自宅 fax",
    "phone.pager": "ポケットベル",
    "email": (
        "メール, メールアドレス, 電子メール, 電子メールアドレス, eメール, eメールアドレス, "
        "e メール, メアド, mailアドレス, emailアドレス, メールアドレス2, メールアドレス1, "
        "電子メール アドレス"
    ),
    "email.work": "会社メール, 会社メールアドレス, 勤務先メール, 勤務先メールアドレス",
    "email.home": "自宅メール, 個人メール, 個人メールアドレス, 自宅メールアドレス",
    "website": (
        "ホームページ, ウェブサイト, webサイト, サイト, hp, ウェブページ, webページ, url リンク"
    ),
    "address.street": "住所, 番地, 住所1, 町名番地, ご住所, 町域番地, 丁目番地",
    "address.street-2": "住所2, 建物名, 建物名等",
    "address.street-3": "住所3",
    "address.po-box": "私書箱",
    "address.city": "市区町村, 市町村, 市",
    "address.region": "都道府県, 県",
    "address.postal-code": "郵便番号",
    "address.country": "国, 国名, 国 地域",
    "address.country-code": "国コード",
    "address.work.street": "会社住所, 勤務先住所, 会社所在地, 所在地",
    "address.work.postal-code": "会社郵便番号, 勤務先郵便番号",
    "address.home.street": "自宅住所",
    "address.home.postal-code": "自宅郵便番号",
    "birthday": "生年月日, 誕生日",
    "birthday.year": "生年, 誕生年",
    "anniversary": "記念日, 結婚記念日",
    "note": "備考, メモ, ノート, 備考欄, コメント, 特記事項, 注記",
    "categories": "分類, カテゴリ, カテゴリー, グループ, タグ, ラベル",
    "photo": "写真, 画像, 顔写真",
    "gender": "性別",
    "language": "言語",
    "time-zone": "タイムゾーン",
    "related.spouse": "配偶者",
    "related.child": "子供, 子ども",
    "related.manager": "上司",
    "related.assistant": "秘書",
}

_CHINESE: Final[Mapping[str, str]] = {
    "name": "全名, 聯絡人, 联系人, 顯示名稱, 显示名称, 连络人",
    "name-last-first": "姓名, 联系人姓名, 聯絡人姓名, 完整姓名, 姓名全稱, 中文姓名",
    "first": "名, 名字",
    "last": "姓, 姓氏",
    "middle": "中間名, 中间名",
    "prefix": "頭銜, 头衔, 稱呼, 称呼",
    "suffix": "後綴, 后缀",
    "nickname": "暱稱, 昵称, 綽號, 绰号, 别名, 別名",
    "organization": (
        "公司, 公司名稱, 公司名称, 單位, 单位, 單位名稱, 单位名称, 工作单位, 工作單位, 組織, 组织, "
        "機構, 机构, 企業, 企业, 企业名称, 所在公司"
    ),
    "department": "部門, 部门, 所在部门, 科室",
    "title": "職稱, 职称, 職位, 职位, 職務, 职务",
    "role": "角色, 職業, 职业",
    "office": "辦公室, 办公室",
    "phone": (
        "電話, 电话, 電話號碼, 电话号码, 聯絡電話, 联系电话, 固定電話, 固定电话, 固话, 座机, "
        "電話1, 电话1, 電話2, 电话2, 市話"
    ),
    "phone.mobile": (
        "手機, 手机, 手機號碼, 手机号码, 手机号, 行動電話, 移动电话, 手機號, 行動電話號碼, "
        "移动电话号码, 手机电话"
    ),
    "phone.work": (
        "公司電話, 公司电话, 辦公電話, 办公电话, 工作電話, 工作电话, 商務電話, 商务电话, 單位電話, "
        "单位电话"
    ),
    "phone.home": "住家電話, 家庭電話, 家庭电话, 住宅電話, 住宅电话, 家裡電話",
    "phone.main": "總機, 总机, 主要電話, 主要电话, 代表號",
    "phone.other": "其他電話, 其他电话",
    "phone.fax": "傳真, 传真, 傳真號碼, 传真号码",
    "phone.work-fax": "公司傳真, 公司传真, 商務傳真, 商务传真",
    "phone.home-fax": "住家傳真, 住宅传真",
    "phone.pager": "呼叫器, 寻呼机, 傳呼機",
    "email": (
        "電子郵件, 电子邮件, 電子郵件地址, 电子邮件地址, 郵箱, 邮箱, 電郵, 电邮, 電子信箱, "
        "电子邮箱, 電子郵箱, 信箱, 電郵地址, 邮箱地址, 邮件, 邮件地址"
    ),
    "email.work": "工作郵箱, 工作邮箱, 公司郵箱, 公司邮箱, 工作電郵, 公司信箱",
    "email.home": "個人郵箱, 个人邮箱, 私人邮箱, 個人信箱, 私人電郵",
    "website": "網站, 网站, 網址, 网址, 網頁, 网页, 主頁, 主页, 個人網站, 个人网站, 官网, 網站網址",
    "address.street": (
        "地址, 街道, 街道地址, 通訊地址, 通讯地址, 聯絡地址, 联系地址, 詳細地址, 详细地址, 地址1, "
        "住址"
    ),
    "address.street-2": "地址2",
    "address.po-box": "郵政信箱, 邮政信箱",
    "address.city": "城市, 縣市, 县市, 市縣",
    "address.region": "省, 省份, 州, 省 自治区 直辖市, 省 州, 省市自治区",
    "address.postal-code": "郵遞區號, 邮政编码, 邮编, 郵編, 郵政編碼",
    "address.country": "國家, 国家, 國家 地區, 国家 地区, 國別, 国别",
    "address.country-code": "國家代碼, 国家代码",
    "address.work.street": (
        "公司地址, 工作地址, 商務地址, 商务地址, 單位地址, 单位地址, 办公地址, 辦公地址"
    ),
    "address.home.street": "家庭地址, 住家地址, 家庭住址, 住宅地址",
    "birthday": "生日, 出生日期, 出生年月日, 出生年月",
    "birthday.year": "出生年, 出生年份",
    "anniversary": "紀念日, 纪念日, 結婚紀念日, 结婚纪念日",
    "note": "備註, 备注, 附註, 附注, 備忘, 备忘, 說明, 说明, 描述, 記事, 注释, 註解",
    "categories": "類別, 类别, 分組, 分组, 群組, 群组, 標籤, 标签, 分类, 分類",
    "photo": "照片, 相片, 頭像, 头像, 圖片, 图片",
    "gender": "性別, 性别",
    "language": "語言, 语言",
    "time-zone": "時區, 时区",
    "im.qq": "qq号码, qq號碼",
    "im": "微信, 微信号, 微信號, line id",
    "related.spouse": "配偶",
    "related.child": "子女",
    "related.manager": "主管, 上級, 上级, 經理, 经理",
    "related.assistant": "助理, 助手",
}

_KOREAN: Final[Mapping[str, str]] = {
    "name": "전체 이름, 전체이름, 연락처, 담당자, 담당자명, 표시 이름, 성함",
    "name-last-first": "성명",
    "first": "이름",
    "last": "성, 성씨",
    "middle": "중간 이름, 중간이름",
    "prefix": "호칭, 경칭",
    "nickname": "별명, 애칭, 닉네임",
    "organization": (
        "회사, 회사명, 직장, 직장명, 소속, 기관, 기관명, 조직, 업체명, 근무처, 회사 이름, 단체명"
    ),
    "department": "부서, 부서명",
    "title": "직함, 직위, 직책, 직급",
    "role": "직업, 역할, 담당업무, 직무",
    "office": "사무실",
    "phone": (
        "전화, 전화번호, 전화 번호, 연락처 번호, 일반전화, 유선전화, 전화번호1, 전화번호2, "
        "전화번호 1, 전화번호 2"
    ),
    "phone.mobile": (
        "휴대폰, 휴대전화, 핸드폰, 휴대폰번호, 휴대폰 번호, 휴대전화번호, 휴대 전화, 핸드폰번호, "
        "핸드폰 번호, 휴대전화 번호, 모바일"
    ),
    "phone.work": (
        "회사전화, 회사 전화, 직장전화, 직장 전화, 사무실 전화, 사무실전화, 회사 전화번호, "
        "회사전화번호, 근무처 전화"
    ),
    "phone.home": "집전화, 집 전화, 자택전화, 자택 전화, 집 전화번호, 집전화번호",
    "phone.main": "대표전화, 대표 전화, 대표번호",
    "phone.other": "기타 전화, 기타전화",
    "phone.fax": "팩스, 팩스번호, 팩스 번호",
    "phone.work-fax": "회사 팩스, 직장 팩스",
    "phone.home-fax": "집 팩스",
    "phone.pager": "호출기",
    "email": (
        "이메일, 이메일주소, 이메일 주소, 전자우편, 전자 우편, 메일, 전자메일, 전자 메일, "
        "메일주소, 메일 주소, 전자 메일 주소, 전자우편주소"
    ),
    "email.work": "회사 이메일, 회사이메일, 직장 이메일, 업무용 이메일, 회사 메일",
    "email.home": "개인 이메일, 개인이메일, 집 이메일",
    "website": "홈페이지, 웹사이트, 웹 사이트, 웹페이지, 웹 페이지, 사이트, 홈페이지 주소",
    "address.street": (
        "주소, 도로명, 도로명주소, 도로명 주소, 주소1, 주소 1, 번지, 상세 주소, 상세주소"
    ),
    "address.street-2": "주소2, 주소 2",
    "address.po-box": "사서함",
    "address.city": "도시, 시군구, 구 군 시, 시 군 구",
    "address.region": "시도, 시 도, 도",
    "address.postal-code": "우편번호, 우편 번호",
    "address.country": "국가, 나라, 국가 지역",
    "address.country-code": "국가 코드, 국가코드",
    "address.work.street": "회사주소, 회사 주소, 직장주소, 직장 주소, 근무지 주소",
    "address.home.street": "집주소, 집 주소, 자택주소, 자택 주소",
    "birthday": "생일, 생년월일, 출생일",
    "birthday.year": "출생년도, 생년",
    "anniversary": "기념일, 결혼기념일, 결혼 기념일",
    "note": "메모, 비고, 참고, 노트, 특이사항, 설명",
    "categories": "그룹, 분류, 범주, 카테고리, 태그, 라벨",
    "photo": "사진, 프로필 사진",
    "gender": "성별",
    "language": "언어",
    "time-zone": "시간대, 표준시간대",
    "related.spouse": "배우자",
    "related.child": "자녀",
    "related.manager": "관리자, 상사",
    "related.assistant": "비서",
}

_OURS: Final[Mapping[str, str]] = {
    "ignore": "error code, error, error field, error column, row, line",
}
"""The columns that our own file of failed rows adds."""

_LANGUAGES: Final[tuple[Mapping[str, str], ...]] = (
    _OURS,
    _ENGLISH,
    _GERMAN,
    _FRENCH,
    _SPANISH,
    _ITALIAN,
    _PORTUGUESE,
    _DUTCH,
    _POLISH,
    _SWEDISH,
    _DANISH,
    _NORWEGIAN,
    _FINNISH,
    _CZECH,
    _SLOVAK,
    _HUNGARIAN,
    _TURKISH,
    _RUSSIAN,
    _UKRAINIAN,
    _GREEK,
    _JAPANESE,
    _CHINESE,
    _KOREAN,
)
"""Tables of FIELD to its spellings, parted by commas."""

GENERIC: Final[Mapping[str, str]] = {
    spelling: field
    for language in _LANGUAGES
    for field, spellings in language.items()
    for spelling in spellings.split(", ")
}
"""Normalized spelling to FIELD."""

WHOLE_IF_ALONE: Final = frozenset(
    (
        "nom",
        "nombre",
        "nombres",
        "nome",
        "jméno",
        "jmeno",
        "meno",
        "isim",
        "i sim",
        "имя",
        "ім я",
        "імя",
        "όνομα",
        "ονομα",
        "名字",
        "이름",
    )
)
"""Spellings of a first or last name that mean the whole name in a sheet without other names."""

LAST_BESIDE_FIRST: Final = frozenset(("name", "naam", "namn", "navn", "nimi", "név", "nev"))
"""Spellings of the whole name that mean the last name in a sheet that has the first name, but no
last name otherwise ("Vorname; Name")."""
