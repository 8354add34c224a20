<?php

// sabre/vobject 2.1, as Debian ships it, as a reader: one JSON line in, one JSON line out (see
// __init__.py). It reads vCard text alone: its readJson came with 3.0, its readXML with 4.0.
// Promises to say what sabre found, never to mend it: it leaves "\," and "\;" of plain texts and
// quoted-printable as they stand, and that is what this program says.

require $argv[1];

use Sabre\VObject\Reader;

function all($card, $name)
{
    return array_values($card->select($name));
}

function first($card, $name)
{
    $found = all($card, $name);
    return $found ? $found[0]->value : null;
}

function values_of($property, $name)
{
    $values = [];
    foreach ($property->parameters as $parameter) {
        if (strtoupper($parameter->name) === $name) {
            $values = array_merge($values, explode(',', $parameter->value));
        } elseif ($name === 'TYPE' && $parameter->value === null) {
            $values[] = $parameter->name; // a bare word of 2.1
        }
    }
    return $values;
}

function entry($property)
{
    $types = array_map('strtoupper', values_of($property, 'TYPE'));
    sort($types);
    return ['types' => $types, 'pref' => values_of($property, 'PREF')[0] ?? null];
}

function parts($card, $name)
{
    $found = all($card, $name);
    return $found ? $found[0]->getParts() : null;
}

function website($card, $url)
{
    $label = null;
    foreach (all($card, 'X-ABLABEL') as $one) {
        if ($url->group !== null && strcasecmp($url->group, (string) $one->group) === 0) {
            $label = $one->value;
        }
    }
    return ['value' => $url->value, 'label' => $label];
}

function picture($card)
{
    $value = first($card, 'PHOTO');
    if ($value === null) {
        return null;
    }
    $coded = str_starts_with($value, 'data:') ? substr($value, strpos($value, ',') + 1) : $value;
    return hash('sha256', base64_decode($coded));
}

function found($card)
{
    $valued = fn ($one) => entry($one) + ['value' => $one->value];
    $place = fn ($one) => entry($one)
        + ['country' => values_of($one, 'CC')[0] ?? null, 'parts' => $one->getParts()];
    return [
        'version' => first($card, 'VERSION'),
        'kind' => first($card, 'KIND'),
        'prodid' => first($card, 'PRODID'),
        'uid' => first($card, 'UID'),
        'fn' => first($card, 'FN'),
        'n' => parts($card, 'N') ?? [],
        'org' => parts($card, 'ORG'),
        'title' => first($card, 'TITLE'),
        'note' => first($card, 'NOTE'),
        'tels' => array_map($valued, all($card, 'TEL')),
        'emails' => array_map($valued, all($card, 'EMAIL')),
        'adrs' => array_map($place, all($card, 'ADR')),
        'urls' => array_map(fn ($one) => website($card, $one), all($card, 'URL')),
        'photo' => picture($card),
    ];
}

while (($line = fgets(STDIN)) !== false) {
    $asked = json_decode($line, true);
    try {
        if ($asked['format'] !== 'vcard') {
            throw new Exception("no {$asked['format']} here");
        }
        $answer = found(Reader::read($asked['text']));
    } catch (Throwable $fault) {
        $answer = ['error' => $fault->getMessage()];
    }
    $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE;
    echo json_encode($answer, $flags), "\n";
}
