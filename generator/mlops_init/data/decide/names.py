"""Finds out what a column is by its name: the words, and which of them is first or last."""

import re

from ..read.column import split_words


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Anywhere in a name, these words mean an identifier; the others only as the whole name.
IDENTIFIER_WORDS = word_set("""
    id ids uuid guid uid pid identifier identifiant identificador identificativo
    identificacion identifikation kennung isbn imei iban
""")
IDENTIFIER_NAMES = word_set("invoice index serial")
# These number a thing that is named before (`customer_no`) or behind (`numero_cliente`).
NUMBER_WORDS = word_set("""
    no nr nbr num number nummer numero key ref idx schluessel code reference referenz
    referencia clave codigo
""")
# `total_number` and `atomic_number` are quantities.
QUANTITY_WORDS = word_set("""
    total average avg mean max min sum count atomic octane wave of per mach reynolds random
    lucky gesamt anzahl
""")
LINK_WORDS = word_set("de del du di do da der des la le el d")
NAME_WORDS = word_set("name nom nombre nome code")
INDEX_OF = word_set("row record line sample case item data observation")
# What rows may be about, in the singular: `num_customers` counts them.
PEOPLE = word_set("""
    customer cust client patient subject subj person user household student pupil employee
    driver rider player participant member respondent borrower passenger visitor tenant
    agent athlete runner cyclist swimmer worker teacher doctor physician seller buyer artist
    author singer speaker writer team horse pig cow dog rat animal infant donor volunteer
    candidate operator kunde kunden patientin nutzer benutzer haushalt schueler schuler
    mitarbeiter fahrer spieler teilnehmer mitglied proband probanden lieferant lieferanten
    kuenstler kunstler patienten personen utilisateur personne menage etudiant eleve employe
    conducteur joueur fournisseur artiste adherent abonne cliente paciente usuario persona
    hogar estudiante alumno empleado jugador proveedor artista socio sujeto sujet utente
    paziente
""")
ANIMALS_AND_GROUPS = word_set("team horse pig cow dog rat animal artist socio")
THINGS = word_set("""
    device machine sensor account acct vehicle store shop station company firm facility
    provider clinic
    hospital school supplier vendor merchant turbine engine pump meter server host branch
    warehouse restaurant hotel farm plot truck bus equipment asset robot maschine maschinen
    gerat gerate geraete konto filiale filial fahrzeug anlage anlagen betrieb firma firmen
    betriebs zahler zaehler appareil capteur compte magasin vehicule usine entreprise
    dispositivo maquina cuenta tienda vehiculo empresa negozio loja
""")
ENTITIES = PEOPLE | THINGS
# Other things that have a number, of which a row is one or a part.
RECORDS = word_set("""
    order invoice bill ticket transaction booking contract policy case row record line
    session visit trip ride flight loan claim event item product article sku application
    account sample serial rechnung rechnungs auftrag auftrags bestell beleg vertrag vertrags
    artikel serien vorgang vorgangs buchung buchungs produkt facture commande contrat
    dossier factura pedido contrato caso p s u pid sub stud part art mat doc tx trx prov hosp
""")
_THING = "|".join(sorted(ENTITIES | RECORDS, key=len, reverse=True))
# One word: `kundennummer` and `pidnum`, but neither `paid` nor `humid`.
COMPOUND = re.compile(rf"({_THING})(id|no|num|key|idx|code|ref|number)|\w+(nummer|nbr|nr|uuid)")
NO_IDENTIFIERS = word_set("telefonnummer telefonnr handynummer rufnummer hausnummer")
CODES = word_set("code codes zip zipcode postcode postal plz postleitzahl cp fips sic naics")
NAMES_OF_CODES = word_set("origin region type kind category group cluster division area")


def is_called_identifier(name: str) -> bool:
    """Whether a name means the number of something: `Kundennummer`, not `amount_paid`."""
    words = split_words(name)
    if not words:
        return False
    if IDENTIFIER_WORDS & {*words} or (len(words) == 1 and words[0] in IDENTIFIER_NAMES):
        return True
    return _numbers_a_thing(words) or any(map(_is_compound, words))


def _is_compound(word: str) -> bool:
    return bool(COMPOUND.fullmatch(word)) and word not in NO_IDENTIFIERS


def _numbers_a_thing(words: tuple[str, ...]) -> bool:
    first, *rest = words
    if words[-1] in NUMBER_WORDS:
        return not QUANTITY_WORDS & {*words} and not (rest and first in NUMBER_WORDS - {"no"})
    if words[-1] == "index":
        return words[-2] in INDEX_OF
    behind = [word for word in rest if word not in LINK_WORDS]
    return first in NUMBER_WORDS and bool({*behind[:1]} & (ENTITIES | RECORDS))


def is_called_entity(name: str) -> bool:
    """Whether a name means a person or a thing of which rows are: `rider`, `store_nbr`."""
    words = {*split_words(name)} - LINK_WORDS - NAME_WORDS
    if words and words <= ENTITIES:
        return True
    is_of_entity = bool(ENTITIES & words) or any(map(_begins_with_entity, words))
    return is_of_entity and is_called_identifier(name)


def _begins_with_entity(word: str) -> bool:
    """`custid` or `kundennummer`."""
    match = COMPOUND.fullmatch(word)
    return match is not None and (match[1] or word.removesuffix(match[3])) in ENTITIES


def is_called_code(name: str) -> bool:
    """Whether numbers of this name stand for places or the like, such as a postal code."""
    return bool(CODES & {*split_words(name)})
