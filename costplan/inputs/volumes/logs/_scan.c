/* Sorts the records of a log file's text into kinds, without making Python objects of what no key holds.
 *
 * The quick twin of decoding.py: a kind is never coarser than a group there, and what is odd in any way is left to it.
 * A text is scanned only if it is exactly {"Records": [...]} and all of it is sound JSON; a record whose asked fields
 * are anything but plain texts, flags and nulls is marked as odd.
 */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define HAS_SSE2 1
#endif
#if defined(_MSC_VER)
#include <intrin.h>
#endif

#define MOST_FIELDS 32
#define LONGEST_NAME 63
#define MOST_ELEMENTS 64
#define MOST_CONDITIONS 64
#define MOST_DEPTH 200
#define LONGEST_STRING 0x7FFFFFFF
#define LONGEST_WORD 1024
#define LONGEST_DETAILS 4096
#define MOST_ENTRIES 400000
#define MOST_BYTES (64u << 20)
#define REMEMBERED_TIMES 256
#define LONGEST_TIME 32

/* For what is called a hundred times for each record. */
#if defined(__GNUC__)
#define QUICK static inline __attribute__((always_inline))
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#else
#define QUICK static inline
#define LIKELY(condition) (condition)
#endif

typedef unsigned char byte;

/* ---- JSON ---- */

enum { ABSENT, TEXT, TRUE, FALSE, OBJECT, RAW };

/* A part of the text; a null is absent. */
typedef struct {
    const byte *start;
    uint32_t length;
    byte kind;
    byte is_escaped;
} Slice;

QUICK int first_bit(unsigned int mask)
{
#if defined(_MSC_VER)
    unsigned long at;
    _BitScanForward(&at, mask);
    return (int)at;
#elif defined(__GNUC__)
    return __builtin_ctz(mask);
#else
    int at = 0;
    while (!(mask >> at & 1))
        at++;
    return at;
#endif
}

#if defined(HAS_SSE2)
/* Return one bit for each of 16 bytes: whether it does not simply belong to a string. */
QUICK uint32_t special_mask(const byte *p)
{
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    /* Compared as signed bytes, those that are no ASCII lie below the space too. */
    __m128i special = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
                                                _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))),
                                   _mm_cmplt_epi8(v, _mm_set1_epi8(' ')));
    return (uint32_t)_mm_movemask_epi8(special);
}
#endif

/* Return the first byte that does not simply belong to a string: a quote, an escape, a control, or no ASCII. */
QUICK const byte *plain_end(const byte *p, const byte *end)
{
#if defined(HAS_SSE2)
    while (LIKELY(end - p >= 16)) {
        uint32_t mask = special_mask(p);
        if (LIKELY(mask))
            return p + first_bit(mask);
        p += 16;
    }
#else
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    while (end - p >= 8) {
        uint64_t v, quote, escape;
        memcpy(&v, p, 8);
        quote = v ^ ones * '"';
        escape = v ^ ones * '\\';
        if (((quote - ones) | (escape - ones) | (v - ones * ' ') | v) & highs)
            break;
        p += 8;
    }
#endif
    while (p < end && *p >= ' ' && *p < 0x80 && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* Return how many bytes one character takes that is no ASCII; 0 if they are no UTF-8. */
static int character_length(const byte *p, const byte *end)
{
    int length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    int at;
    if (p[0] < 0xC2 || p[0] > 0xF4 || end - p < length)
        return 0;
    for (at = 1; at < length; at++)
        if ((p[at] & 0xC0) != 0x80)
            return 0;
    if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) || (p[0] == 0xF0 && p[1] < 0x90) ||
        (p[0] == 0xF4 && p[1] > 0x8F))
        return 0;
    return length;
}

/* Return the value of four hexadecimal digits, or -1. */
static int hexadecimal(const byte *p)
{
    int value = 0, at;
    for (at = 0; at < 4; at++) {
        byte b = p[at];
        int digit = b >= '0' && b <= '9' ? b - '0' : (b | 32) >= 'a' && (b | 32) <= 'f' ? (b | 32) - 'a' + 10 : -1;
        if (digit < 0)
            return -1;
        value = 16 * value + digit;
    }
    return value;
}

/* Return how many bytes an escape takes; 0 if it is none, or half of a character. */
static int escape_length(const byte *p, const byte *end)
{
    int first, second;
    if (end - p < 2)
        return 0;
    if (p[1] != 'u')
        return p[1] && strchr("\"\\/bfnrt", p[1]) ? 2 : 0;
    if (end - p < 6 || (first = hexadecimal(p + 2)) < 0)
        return 0;
    if (first < 0xD800 || first > 0xDFFF)
        return 6;
    if (first > 0xDBFF || end - p < 12 || p[6] != '\\' || p[7] != 'u')
        return 0;
    second = hexadecimal(p + 8);
    return second >= 0xDC00 && second <= 0xDFFF ? 12 : 0;
}

/* Return the closing quote of a string that has an escape or a character that is no ASCII at *p*, or NULL. */
static const byte *string_end(const byte *p, const byte *end, byte *is_escaped)
{
    int length;
    for (; p < end && *p != '"'; p = plain_end(p + length, end)) {
        if (*p == '\\') {
            length = escape_length(p, end);
            *is_escaped = 1;
        } else {
            length = *p < ' ' ? 0 : character_length(p, end);
        }
        if (!length)
            return NULL;
    }
    return p < end ? p : NULL;
}

/* The functions that skip or read something return where it ends, or NULL where it is not sound JSON. */

QUICK const byte *skip_string(const byte *p, const byte *end)
{
    byte unused;
    p = plain_end(p + 1, end);
    if (!LIKELY(p < end && *p == '"')) {
        p = string_end(p, end, &unused);
        if (!p)
            return NULL;
    }
    return p + 1;
}

QUICK const byte *skip_space(const byte *p, const byte *end)
{
    if (LIKELY(p < end && *p > ' '))
        return p;
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return p < end ? p : NULL;
}

static const byte *skip_digits(const byte *p, const byte *end)
{
    const byte *start = p;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p > start ? p : NULL;
}

static const byte *skip_number(const byte *p, const byte *end)
{
    if (*p == '-')
        p++;
    if (p < end && *p == '0')
        p++;
    else
        p = skip_digits(p, end);
    if (p && p < end && *p == '.')
        p = skip_digits(p + 1, end);
    if (p && p < end && (*p | 32) == 'e') {
        p++;
        if (p < end && (*p == '+' || *p == '-'))
            p++;
        p = skip_digits(p, end);
    }
    return p;
}

static const byte *skip_word(const byte *p, const byte *end, const char *word, int length)
{
    return end - p >= length && !memcmp(p, word, (size_t)length) ? p + length : NULL;
}

static const byte *skip_value(const byte *p, const byte *end, int depth);

static const byte *skip_object(const byte *p, const byte *end, int depth)
{
    if (depth >= MOST_DEPTH || !(p = skip_space(p + 1, end)))
        return NULL;
    if (*p == '}')
        return p + 1;
    for (;;) {
        if (*p != '"' || !(p = skip_string(p, end)) || !(p = skip_space(p, end)) || *p != ':' ||
            !(p = skip_space(p + 1, end)))
            return NULL;
        p = *p == '"' ? skip_string(p, end) : skip_value(p, end, depth + 1);
        if (!p || !(p = skip_space(p, end)))
            return NULL;
        if (*p == '}')
            return p + 1;
        if (*p != ',' || !(p = skip_space(p + 1, end)))
            return NULL;
    }
}

static const byte *skip_list(const byte *p, const byte *end, int depth)
{
    if (depth >= MOST_DEPTH || !(p = skip_space(p + 1, end)))
        return NULL;
    if (*p == ']')
        return p + 1;
    for (;;) {
        if (!(p = skip_value(p, end, depth + 1)) || !(p = skip_space(p, end)))
            return NULL;
        if (*p == ']')
            return p + 1;
        if (*p != ',' || !(p = skip_space(p + 1, end)))
            return NULL;
    }
}

static const byte *skip_value(const byte *p, const byte *end, int depth)
{
    switch (*p) {
    case '"':
        return skip_string(p, end);
    case '{':
        return skip_object(p, end, depth);
    case '[':
        return skip_list(p, end, depth);
    case 't':
        return skip_word(p, end, "true", 4);
    case 'f':
        return skip_word(p, end, "false", 5);
    case 'n':
        return skip_word(p, end, "null", 4);
    default:
        return skip_number(p, end);
    }
}

QUICK const byte *read_string(const byte *p, const byte *end, Slice *found)
{
    const byte *start = p + 1;
    byte is_escaped = 0;
    p = plain_end(start, end);
    if (!LIKELY(p < end && *p == '"')) {
        p = string_end(p, end, &is_escaped);
        if (!p)
            return NULL;
    }
    if (p - start > LONGEST_STRING)
        return NULL;
    found->start = start;
    found->length = (uint32_t)(p - start);
    found->kind = TEXT;
    found->is_escaped = is_escaped;
    return p + 1;
}

/* Go from a comma to the next element of a list, or the next key of an object. */
QUICK const byte *next_item(const byte *p, const byte *end, byte close)
{
    return *p == ',' && (p = skip_space(p + 1, end)) && *p != close ? p : NULL;
}

/* Read a key and go to its value. */
QUICK const byte *read_key(const byte *p, const byte *end, Slice *key)
{
    if (*p != '"' || !(p = read_string(p, end, key)) || !(p = skip_space(p, end)) || *p != ':')
        return NULL;
    return skip_space(p + 1, end);
}

/* ---- tables from bytes to numbers ---- */

typedef struct {
    uint64_t hash; /* 0 where there is no entry */
    uint32_t start, length;
    int64_t value;
} Entry;

typedef struct {
    Entry *entries;
    size_t mask, used;
    byte *bytes;
    size_t filled, room;
} Table;

#define MIX 0x9FB21C651E98DF25u

static uint64_t hash_of(const byte *p, size_t length)
{
    uint64_t hash = length * 0x9E3779B97F4A7C15u, word;
    for (; length >= 8; p += 8, length -= 8) {
        memcpy(&word, p, 8);
        hash = (hash ^ word) * MIX;
        hash ^= hash >> 29;
    }
    word = 0;
    memcpy(&word, p, length);
    hash = (hash ^ word) * MIX;
    return (hash ^ hash >> 32) | 1;
}

static void table_empty(Table *table)
{
    free(table->entries);
    free(table->bytes);
    memset(table, 0, sizeof *table);
}

static Entry *table_slot(const Table *table, const byte *key, size_t length, uint64_t hash)
{
    size_t at;
    for (at = (size_t)(hash >> 8) & table->mask;; at = (at + 1) & table->mask) {
        Entry *entry = &table->entries[at];
        if (!entry->hash || (entry->hash == hash && entry->length == length &&
                             !memcmp(table->bytes + entry->start, key, length)))
            return entry;
    }
}

static Entry *table_find(const Table *table, const byte *key, size_t length, uint64_t hash)
{
    Entry *entry;
    if (!table->entries)
        return NULL;
    entry = table_slot(table, key, length, hash);
    return entry->hash ? entry : NULL;
}

static int table_grow(Table *table)
{
    size_t size = table->entries ? 2 * (table->mask + 1) : 256, at;
    Table grown = *table;
    grown.entries = calloc(size, sizeof(Entry));
    if (!grown.entries)
        return -1;
    grown.mask = size - 1;
    for (at = 0; table->entries && at <= table->mask; at++) {
        const Entry *entry = &table->entries[at];
        if (entry->hash)
            *table_slot(&grown, table->bytes + entry->start, entry->length, entry->hash) = *entry;
    }
    free(table->entries);
    *table = grown;
    return 0;
}

/* Add a key that is not there; -1 where there is no memory. */
static int table_add(Table *table, const byte *key, size_t length, uint64_t hash, int64_t value)
{
    Entry *entry;
    if ((!table->entries || 2 * table->used > table->mask) && table_grow(table))
        return -1;
    if (table->filled + length > table->room) {
        size_t room = 2 * (table->filled + length) + 4096;
        byte *bytes = realloc(table->bytes, room);
        if (!bytes)
            return -1;
        table->bytes = bytes;
        table->room = room;
    }
    memcpy(table->bytes + table->filled, key, length);
    entry = table_slot(table, key, length, hash);
    entry->hash = hash;
    entry->start = (uint32_t)table->filled;
    entry->length = (uint32_t)length;
    entry->value = value;
    table->filled += length;
    table->used++;
    return 0;
}

static int table_is_full(const Table *table)
{
    return table->used >= MOST_ENTRIES || table->filled >= MOST_BYTES;
}

/* ---- what is asked ---- */

/* What a field is: see Role in asked_fields.py. */
enum { ROLE_TEXT, ROLE_FLAG, ROLE_SOURCE, ROLE_CATEGORY, ROLE_TIME, ROLE_ID, ROLE_IDENTITY, ROLE_ARN, ROLE_RESOURCES,
       ROLE_SHARED, ROLE_ADDENDUM, ROLE_DETAILS, ROLES };

static const char *const role_names[ROLES] = {"text", "flag", "source", "category", "time", "id", "identity", "arn",
                                              "resources", "shared", "addendum", "details"};

typedef struct {
    byte name[LONGEST_NAME + 1];
    uint32_t length;
    int role;
    int next; /* the next field with a name of that length, or -1 */
} Field;

typedef struct {
    Field fields[MOST_FIELDS];
    int count;
    int first[LONGEST_NAME + 1];
    int of_role[ROLES]; /* the last field of a role, or -1 */
} Fields;

enum { EQUALS, STARTS_WITH, ENDS_WITH };

typedef struct {
    int operator;
    byte *value;
    size_t length;
} Condition;

typedef struct {
    Condition *items;
    int count;
} Conditions;

typedef struct {
    PyObject *text;
    byte bytes[LONGEST_TIME];
    uint32_t length;
} RememberedTime;

enum { E_TYPE, E_ARN, E_ARN_PREFIX, E_RESOURCE_TYPE, E_RESOURCE_NAME, ELEMENT_FIELDS };

typedef struct {
    Slice values[MOST_FIELDS], identity[MOST_FIELDS];
    Slice elements[MOST_ELEMENTS][ELEMENT_FIELDS];
    int element_count;
    int is_odd;
} Record;

/* A kind, and what of the file being scanned is of it. */
typedef struct {
    PyObject *object;
    uint64_t records, bytes, oversize;
} Found;

typedef struct {
    PyObject_HEAD
    Fields record, identity, element;
    Conditions of_principal, of_resource;
    PyObject *learn, *find_principal, *find_resource;
    int with_ids, with_sizes, is_busy;
    unsigned long long oversize_bytes;
    Table kinds, tokens, whole_heads;
    Found *found; /* of each kind */
    size_t *touched; /* which kinds the file being scanned has */
    size_t found_count, found_room, touched_count;
    RememberedTime times[REMEMBERED_TIMES];
    byte *key;
    size_t key_length, key_room;
} Scanner;

QUICK int field_at(const Fields *fields, const Slice *name)
{
    int at = name->length <= LONGEST_NAME ? fields->first[name->length] : -1;
    while (at >= 0 && memcmp(fields->fields[at].name, name->start, name->length))
        at = fields->fields[at].next;
    return at;
}

/* ---- reading a record ---- */

static const byte *read_text(const byte *p, const byte *end, Slice *value, int *is_odd)
{
    if (*p == '"') {
        p = read_string(p, end, value);
        *is_odd |= p && value->is_escaped;
        return p;
    }
    *is_odd |= *p != 'n';
    return skip_value(p, end, 0);
}

static const byte *read_flag(const byte *p, const byte *end, Slice *value, int *is_odd)
{
    if (*p != 't' && *p != 'f')
        return read_text(p, end, value, is_odd);
    value->kind = *p == 't' ? TRUE : FALSE;
    return skip_value(p, end, 0);
}

/* Return the field of a key, or -1 for one that is not asked for; of two members of one name the last would count. */
QUICK int asked_field(const Fields *fields, const Slice *key, uint32_t *seen, int *is_odd)
{
    int at = field_at(fields, key);
    if (key->is_escaped || (at >= 0 && *seen >> at & 1)) {
        *is_odd = 1;
        return -1;
    }
    if (at >= 0)
        *seen |= (uint32_t)1 << at;
    return at;
}

/* Read an object of texts; other members are skipped. */
static const byte *read_texts(const byte *p, const byte *end, const Fields *fields, Slice *values, int *is_odd)
{
    Slice key;
    uint32_t seen = 0;
    int at;
    if (*p != '{') {
        *is_odd = 1;
        return skip_value(p, end, 0);
    }
    p = skip_space(p + 1, end);
    if (p && *p == '}')
        return p + 1;
    while (p) {
        if (!(p = read_key(p, end, &key)))
            return NULL;
        at = asked_field(fields, &key, &seen, is_odd);
        p = at < 0 ? skip_value(p, end, 0) : read_text(p, end, &values[at], is_odd);
        if (!p || !(p = skip_space(p, end)))
            return NULL;
        if (*p == '}')
            return p + 1;
        p = next_item(p, end, '}');
    }
    return NULL;
}

static const byte *read_resources(const Scanner *s, const byte *p, const byte *end, Record *record)
{
    if (*p != '[') {
        record->is_odd |= *p != 'n';
        return skip_value(p, end, 0);
    }
    p = skip_space(p + 1, end);
    if (p && *p == ']')
        return p + 1;
    while (p) {
        if (record->element_count == MOST_ELEMENTS) {
            record->is_odd = 1;
            p = skip_value(p, end, 0);
        } else {
            Slice *element = record->elements[record->element_count++];
            memset(element, 0, sizeof record->elements[0]);
            p = read_texts(p, end, &s->element, element, &record->is_odd);
        }
        if (!p || !(p = skip_space(p, end)))
            return NULL;
        if (*p == ']')
            return p + 1;
        p = next_item(p, end, ']');
    }
    return NULL;
}

static const byte *read_field(const Scanner *s, const byte *p, const byte *end, Record *record, int at)
{
    Slice *value = &record->values[at];
    const byte *start = p;
    switch (s->record.fields[at].role) {
    case ROLE_IDENTITY:
        return read_texts(p, end, &s->identity, record->identity, &record->is_odd);
    case ROLE_RESOURCES:
        return read_resources(s, p, end, record);
    case ROLE_FLAG:
        return read_flag(p, end, value, &record->is_odd);
    case ROLE_ADDENDUM:
        value->kind = *p == '{' ? OBJECT : ABSENT;
        record->is_odd |= *p != '{' && *p != 'n';
        return skip_value(p, end, 0);
    case ROLE_DETAILS:
        p = skip_value(p, end, 0);
        if (!p || p - start > LONGEST_STRING)
            return NULL;
        value->start = start;
        value->length = (uint32_t)(p - start);
        value->kind = RAW;
        return p;
    default:
        return read_text(p, end, value, &record->is_odd);
    }
}

static const byte *read_record(const Scanner *s, const byte *p, const byte *end, Record *record)
{
    Slice key;
    uint32_t seen = 0;
    int at;
    record->element_count = 0;
    record->is_odd = 0;
    memset(record->values, 0, sizeof(Slice) * (size_t)s->record.count);
    memset(record->identity, 0, sizeof(Slice) * (size_t)s->identity.count);
    if (*p != '{') {
        record->is_odd = 1;
        return skip_value(p, end, 0);
    }
    p = skip_space(p + 1, end);
    if (p && *p == '}')
        return p + 1;
    while (p) {
        if (!(p = read_key(p, end, &key)))
            return NULL;
        at = asked_field(&s->record, &key, &seen, &record->is_odd);
        p = at < 0 ? skip_value(p, end, 0) : read_field(s, p, end, record, at);
        if (!p || !(p = skip_space(p, end)))
            return NULL;
        if (*p == '}')
            return p + 1;
        p = next_item(p, end, '}');
    }
    return NULL;
}

/* ---- what its key holds ---- */

static int key_reserve(Scanner *s, size_t more)
{
    size_t room;
    byte *key;
    if (s->key_length + more <= s->key_room)
        return 0;
    room = 2 * (s->key_length + more) + 1024;
    key = realloc(s->key, room);
    if (!key) {
        PyErr_NoMemory();
        return -1;
    }
    s->key = key;
    s->key_room = room;
    return 0;
}

static int key_add(Scanner *s, const Slice *value)
{
    if (key_reserve(s, value->length + 5))
        return -1;
    s->key[s->key_length++] = value->kind;
    if (value->kind == TEXT || value->kind == RAW) {
        memcpy(s->key + s->key_length, &value->length, 4);
        memcpy(s->key + s->key_length + 4, value->start, value->length);
        s->key_length += 4 + value->length;
    }
    return 0;
}

static int key_add_number(Scanner *s, uint64_t number)
{
    if (key_reserve(s, 8))
        return -1;
    memcpy(s->key + s->key_length, &number, 8);
    s->key_length += 8;
    return 0;
}

static int passes(const Condition *condition, const Slice *arn)
{
    if (arn->length < condition->length || (condition->operator == EQUALS && arn->length != condition->length))
        return 0;
    return !memcmp(condition->operator == ENDS_WITH ? arn->start + (arn->length - condition->length) : arn->start,
                   condition->value, condition->length);
}

static uint64_t answers(const Conditions *conditions, const Slice *arn)
{
    uint64_t bits = 0;
    int at;
    for (at = 0; at < conditions->count; at++)
        bits = bits << 1 | (uint64_t)passes(&conditions->items[at], arn);
    return bits;
}

static PyObject *text_of(const Slice *slice)
{
    if (slice->kind != TEXT)
        Py_RETURN_NONE;
    return PyUnicode_FromStringAndSize((const char *)slice->start, (Py_ssize_t)slice->length);
}

/* Ask Python for the number of an ARN: below zero where its beginning does not tell it. */
static int ask_token(Scanner *s, const Slice *type, const Slice *arn, long long *token)
{
    PyObject *arn_text = text_of(arn), *type_text = NULL, *answer = NULL;
    if (arn_text && type) {
        type_text = text_of(type);
        if (type_text)
            answer = PyObject_CallFunctionObjArgs(s->find_resource, type_text, arn_text, NULL);
    } else if (arn_text) {
        answer = PyObject_CallFunctionObjArgs(s->find_principal, arn_text, NULL);
    }
    Py_XDECREF(arn_text);
    Py_XDECREF(type_text);
    if (!answer)
        return -1;
    *token = PyLong_AsLongLong(answer);
    Py_DECREF(answer);
    return *token == -1 && PyErr_Occurred() ? -1 : 0;
}

static int remember(Table *table, const byte *key, size_t length, uint64_t hash, int64_t value)
{
    if (table_is_full(table))
        table_empty(table);
    if (table_add(table, key, length, hash, value)) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

/* Add the number of an ARN to the key, which holds everything else up to here; *type* is NULL for a principal.
 *
 * By its beginning an ARN is found with the answers of the conditions; the end of it has no bound.
 */
static int key_add_token(Scanner *s, const Slice *type, const Slice *arn)
{
    size_t start = s->key_length;
    const byte *slash = NULL;
    uint64_t hash;
    long long token;
    Slice head = *arn, tag = {NULL, 0, ABSENT, 0};
    Entry *entry;
    if (arn->kind == TEXT && arn->length) {
        if (type) {
            slash = memchr(arn->start, '/', arn->length);
        } else {
            const byte *p = arn->start + arn->length;
            while (p > arn->start && *--p != '/')
                ;
            slash = *p == '/' ? p : NULL;
        }
    }
    if (slash) {
        size_t head_end;
        head.length = (uint32_t)(slash - arn->start);
        tag.kind = type ? TRUE : FALSE;
        if (key_add(s, &tag) || (type && key_add(s, type)) || key_add(s, &head))
            return -1;
        head_end = s->key_length;
        if (key_add_number(s, answers(type ? &s->of_resource : &s->of_principal, arn)))
            return -1;
        hash = hash_of(s->key + start, s->key_length - start);
        entry = table_find(&s->tokens, s->key + start, s->key_length - start, hash);
        if (!entry) {
            uint64_t head_hash = hash_of(s->key + start, head_end - start);
            if (table_find(&s->whole_heads, s->key + start, head_end - start, head_hash))
                goto whole;
            if (ask_token(s, type, arn, &token))
                return -1;
            if (token < 0) {
                if (remember(&s->whole_heads, s->key + start, head_end - start, head_hash, 1))
                    return -1;
                goto whole;
            }
            if (remember(&s->tokens, s->key + start, s->key_length - start, hash, token))
                return -1;
        } else {
            token = entry->value;
        }
        s->key_length = start;
        return key_add_number(s, (uint64_t)token);
    }
whole:
    s->key_length = start;
    tag.kind = type ? OBJECT : RAW;
    tag.length = 0;
    if (key_add(s, &tag) || (type && key_add(s, type)) || key_add(s, arn))
        return -1;
    hash = hash_of(s->key + start, s->key_length - start);
    entry = table_find(&s->tokens, s->key + start, s->key_length - start, hash);
    if (!entry) {
        if (ask_token(s, type, arn, &token))
            return -1;
        token = token < 0 ? -token : token;
        if (remember(&s->tokens, s->key + start, s->key_length - start, hash, token))
            return -1;
    } else {
        token = entry->value;
    }
    s->key_length = start;
    return key_add_number(s, (uint64_t)token);
}

static int is_text(const Slice *value, const char *text)
{
    return value->kind == TEXT && value->length == strlen(text) && !memcmp(value->start, text, value->length);
}

static int is_empty(const Slice *value)
{
    return value->kind != TEXT || !value->length;
}

static int key_add_resources(Scanner *s, const Record *record)
{
    int at;
    if (key_add_number(s, (uint64_t)record->element_count))
        return -1;
    for (at = 0; at < record->element_count; at++) {
        const Slice *element = record->elements[at];
        const Slice *type = is_empty(&element[E_TYPE]) ? &element[E_RESOURCE_TYPE] : &element[E_TYPE];
        const Slice *arn = !is_empty(&element[E_ARN])          ? &element[E_ARN]
                           : !is_empty(&element[E_ARN_PREFIX]) ? &element[E_ARN_PREFIX]
                                                               : &element[E_RESOURCE_NAME];
        if (key_add_token(s, type, arn))
            return -1;
    }
    return 0;
}

/* Put the key of a record together: 1, or 0 if it is too long for one, or -1 with an exception. */
static int make_key(Scanner *s, const Record *record)
{
    const int *of_role = s->record.of_role;
    const Slice *category = &record->values[of_role[ROLE_CATEGORY]];
    int at;
    s->key_length = 0;
    for (at = 0; at < s->record.count; at++) {
        const Slice *value = &record->values[at];
        Slice mark = {NULL, 0, ABSENT, 0};
        switch (s->record.fields[at].role) {
        case ROLE_TEXT:
        case ROLE_FLAG:
        case ROLE_SOURCE:
        case ROLE_CATEGORY:
            if (value->length > LONGEST_WORD)
                return 0;
            if (key_add(s, value))
                return -1;
            break;
        case ROLE_SHARED:
        case ROLE_ADDENDUM:
            mark.kind = value->kind == OBJECT || !is_empty(value) ? TRUE : FALSE;
            if (key_add(s, &mark))
                return -1;
            break;
        case ROLE_DETAILS:
            if (!is_text(&record->values[of_role[ROLE_SOURCE]], "sts.amazonaws.com"))
                break;
            if (value->length > LONGEST_DETAILS)
                return 0;
            if (key_add(s, value))
                return -1;
            break;
        default:
            break;
        }
    }
    for (at = 0; at < s->identity.count; at++) {
        const Slice *value = &record->identity[at];
        if (s->identity.fields[at].role == ROLE_ARN) {
            if (key_add_token(s, NULL, value))
                return -1;
        } else {
            if (value->length > LONGEST_WORD)
                return 0;
            if (key_add(s, value))
                return -1;
        }
    }
    if (of_role[ROLE_RESOURCES] >= 0 && (is_empty(category) || is_text(category, "Data")) &&
        key_add_resources(s, record))
        return -1;
    return 1;
}

/* ---- scanning a file ---- */

/* Lists with one item for each record; the indices of those that are odd; what there is of each kind; the first time. */
typedef struct {
    PyObject *kinds, *ids, *times, *sizes, *odd, *sums;
    Slice earliest;
} Columns;

static int append(PyObject *list, PyObject *owned)
{
    int failed = owned ? PyList_Append(list, owned) : -1;
    Py_XDECREF(owned);
    return failed;
}

static void forget_sums(Scanner *s)
{
    size_t at;
    for (at = 0; at < s->touched_count; at++) {
        Found *found = &s->found[s->touched[at]];
        found->records = found->bytes = found->oversize = 0;
    }
    s->touched_count = 0;
}

static PyObject *sum_of(const Found *found)
{
    PyObject *sum = PyTuple_New(4), *numbers[3];
    int at;
    if (!sum)
        return NULL;
    numbers[0] = PyLong_FromUnsignedLongLong(found->records);
    numbers[1] = PyLong_FromUnsignedLongLong(found->bytes);
    numbers[2] = PyLong_FromUnsignedLongLong(found->oversize);
    Py_INCREF(found->object);
    PyTuple_SetItem(sum, 0, found->object);
    for (at = 0; at < 3; at++)
        PyTuple_SetItem(sum, at + 1, numbers[at]);
    if (numbers[0] && numbers[1] && numbers[2])
        return sum;
    Py_DECREF(sum);
    return NULL;
}

/* Write down what there is of each kind so far. */
static int add_sums(Scanner *s, const Columns *columns)
{
    size_t at;
    int failed = 0;
    for (at = 0; at < s->touched_count && !failed; at++)
        failed = append(columns->sums, sum_of(&s->found[s->touched[at]]));
    forget_sums(s);
    return failed;
}

static void forget_kinds(Scanner *s)
{
    size_t at;
    table_empty(&s->kinds);
    for (at = 0; at < s->found_count; at++)
        Py_DECREF(s->found[at].object);
    s->found_count = 0;
}

static int make_room_for_kind(Scanner *s)
{
    size_t room = 2 * s->found_room + 256;
    Found *found;
    size_t *touched;
    if (s->found_count < s->found_room)
        return 0;
    found = realloc(s->found, room * sizeof *found);
    if (found)
        s->found = found;
    touched = realloc(s->touched, room * sizeof *touched);
    if (touched)
        s->touched = touched;
    if (!found || !touched) {
        PyErr_NoMemory();
        return -1;
    }
    s->found_room = room;
    return 0;
}

/* Find the kind of a record, which Python makes for the first one: 1, or 0 if it has none, or -1 with an exception. */
static int find_kind(Scanner *s, const Record *record, const byte *start, const byte *end, const Columns *columns,
                     size_t *at)
{
    int is_made = make_key(s, record);
    uint64_t hash;
    Entry *entry;
    PyObject *raw, *object;
    if (is_made <= 0)
        return is_made;
    hash = hash_of(s->key, s->key_length);
    entry = table_find(&s->kinds, s->key, s->key_length, hash);
    if (entry) {
        *at = (size_t)entry->value;
        return s->found[*at].object != Py_None;
    }
    raw = PyBytes_FromStringAndSize((const char *)start, end - start);
    if (!raw)
        return -1;
    object = PyObject_CallFunctionObjArgs(s->learn, raw, NULL);
    Py_DECREF(raw);
    if (!object)
        return -1;
    if (table_is_full(&s->kinds)) {
        if (add_sums(s, columns)) {
            Py_DECREF(object);
            return -1;
        }
        forget_kinds(s);
    }
    if (make_room_for_kind(s)) {
        Py_DECREF(object);
        return -1;
    }
    if (table_add(&s->kinds, s->key, s->key_length, hash, (int64_t)s->found_count)) {
        Py_DECREF(object);
        PyErr_NoMemory();
        return -1;
    }
    *at = s->found_count++;
    memset(&s->found[*at], 0, sizeof *s->found);
    s->found[*at].object = object;
    return object != Py_None;
}

/* Return a time as text; those of a file are few. */
static PyObject *time_of(Scanner *s, const Slice *value)
{
    uint64_t hash;
    RememberedTime *known;
    if (value->kind != TEXT || value->length > LONGEST_TIME)
        return text_of(value);
    hash = hash_of(value->start, value->length);
    known = &s->times[hash >> 16 & (REMEMBERED_TIMES - 1)];
    if (!known->text || known->length != value->length || memcmp(known->bytes, value->start, value->length)) {
        PyObject *text = text_of(value), *old = known->text;
        if (!text)
            return NULL;
        known->text = text;
        known->length = value->length;
        memcpy(known->bytes, value->start, value->length);
        Py_XDECREF(old);
    }
    Py_INCREF(known->text);
    return known->text;
}

/* Return an id as text, or only whether there is one. */
static PyObject *id_of(const Scanner *s, const Slice *value)
{
    if (s->with_ids)
        return text_of(value);
    if (is_empty(value))
        Py_RETURN_NONE;
    Py_RETURN_TRUE;
}

static int is_before(const Slice *time, const Slice *other)
{
    uint32_t length = time->length < other->length ? time->length : other->length;
    int order = memcmp(time->start, other->start, length);
    return order < 0 || (!order && time->length < other->length);
}

static int add_record(Scanner *s, const Record *record, const byte *start, const byte *end, Columns *columns)
{
    const int *of_role = s->record.of_role;
    size_t at = 0;
    int is_found = record->is_odd ? 0 : find_kind(s, record, start, end, columns, &at);
    if (is_found < 0)
        return -1;
    if (!is_found) {
        if (PyList_Append(columns->kinds, Py_None) || PyList_Append(columns->ids, Py_None) ||
            PyList_Append(columns->times, Py_None) ||
            append(columns->odd, PyLong_FromSsize_t(PyList_Size(columns->kinds) - 1)))
            return -1;
    } else {
        Found *found = &s->found[at];
        const Slice *time = &record->values[of_role[ROLE_TIME]];
        if (!is_empty(time) && (is_empty(&columns->earliest) || is_before(time, &columns->earliest)))
            columns->earliest = *time;
        if (!found->records)
            s->touched[s->touched_count++] = at;
        found->records++;
        found->bytes += (uint64_t)(end - start);
        found->oversize += (unsigned long long)(end - start) > s->oversize_bytes;
        if (PyList_Append(columns->kinds, found->object) ||
            append(columns->ids, id_of(s, &record->values[of_role[ROLE_ID]])) ||
            append(columns->times, time_of(s, time)))
            return -1;
    }
    return s->with_sizes ? append(columns->sizes, PyLong_FromSsize_t(end - start)) : 0;
}

/* Scan a whole text: 1, or 0 if it is no plain log file, or -1 with an exception. */
static int scan_text(Scanner *s, const byte *p, const byte *end, Record *record, Columns *columns)
{
    Slice key;
    p = skip_space(p, end);
    if (!p || *p != '{' || !(p = skip_space(p + 1, end)) || !(p = read_key(p, end, &key)) || key.is_escaped ||
        !is_text(&key, "Records") || *p != '[')
        return 0;
    p = skip_space(p + 1, end);
    if (p && *p == ']')
        p++;
    else
        while (p) {
            const byte *start = p;
            if (!(p = read_record(s, p, end, record)))
                return 0;
            if (add_record(s, record, start, p, columns))
                return -1;
            if (!(p = skip_space(p, end)))
                return 0;
            if (*p == ']') {
                p++;
                break;
            }
            p = next_item(p, end, ']');
        }
    return p && (p = skip_space(p, end)) && *p == '}' && !skip_space(p + 1, end);
}

static PyObject *columns_tuple(const Columns *columns)
{
    PyObject *earliest = text_of(&columns->earliest), *result;
    if (!earliest)
        return NULL;
    result = PyTuple_Pack(7, columns->kinds, columns->ids, columns->times, columns->sizes, columns->odd, columns->sums,
                          earliest);
    Py_DECREF(earliest);
    return result;
}

static PyObject *scanner_scan(PyObject *self, PyObject *text)
{
    Scanner *s = (Scanner *)self;
    Py_buffer buffer;
    Columns columns;
    Record *record;
    PyObject *result = NULL;
    int done = -1;
    if (s->is_busy) {
        PyErr_SetString(PyExc_RuntimeError, "it is scanning already");
        return NULL;
    }
    if (PyObject_GetBuffer(text, &buffer, PyBUF_SIMPLE))
        return NULL;
    s->is_busy = 1;
    record = malloc(sizeof *record);
    columns.kinds = PyList_New(0);
    columns.ids = PyList_New(0);
    columns.times = PyList_New(0);
    columns.sizes = PyList_New(0);
    columns.odd = PyList_New(0);
    columns.sums = PyList_New(0);
    memset(&columns.earliest, 0, sizeof columns.earliest);
    if (!record)
        PyErr_NoMemory();
    else if (columns.kinds && columns.ids && columns.times && columns.sizes && columns.odd && columns.sums) {
        const byte *text_start = buffer.buf;
        done = scan_text(s, text_start, text_start + buffer.len, record, &columns);
    }
    if (done == 1 && !add_sums(s, &columns))
        result = columns_tuple(&columns);
    else if (done == 0) {
        Py_INCREF(Py_None);
        result = Py_None;
    }
    forget_sums(s);
    free(record);
    Py_XDECREF(columns.sums);
    Py_XDECREF(columns.kinds);
    Py_XDECREF(columns.ids);
    Py_XDECREF(columns.times);
    Py_XDECREF(columns.sizes);
    Py_XDECREF(columns.odd);
    PyBuffer_Release(&buffer);
    s->is_busy = 0;
    return result;
}

/* ---- the type ---- */

static void fields_clear(Fields *fields)
{
    int at;
    memset(fields, 0, sizeof *fields);
    for (at = 0; at <= LONGEST_NAME; at++)
        fields->first[at] = -1;
    for (at = 0; at < ROLES; at++)
        fields->of_role[at] = -1;
}

static int fields_add(Fields *fields, const char *name, const char *role_name)
{
    Field *field = &fields->fields[fields->count];
    size_t length = strlen(name);
    int role = 0;
    while (role < ROLES && strcmp(role_names[role], role_name))
        role++;
    if (role == ROLES || fields->count == MOST_FIELDS || length > LONGEST_NAME) {
        PyErr_Format(PyExc_ValueError, "field %s: no such role, too many fields or too long a name", name);
        return -1;
    }
    memcpy(field->name, name, length);
    field->length = (uint32_t)length;
    field->role = role;
    field->next = fields->first[length];
    fields->first[length] = fields->of_role[role] = fields->count++;
    return 0;
}

/* Return an element of a list, borrowed, if it is a tuple. */
static PyObject *pair_in(PyObject *list, Py_ssize_t at)
{
    PyObject *pair = PyList_GetItem(list, at);
    if (pair && !PyTuple_Check(pair)) {
        PyErr_SetString(PyExc_TypeError, "fields and conditions are pairs");
        return NULL;
    }
    return pair;
}

/* Read a list of names with their roles. */
static int fields_from(PyObject *list, Fields *fields)
{
    Py_ssize_t count = PyList_Check(list) ? PyList_Size(list) : -1, at;
    if (count < 0) {
        PyErr_SetString(PyExc_TypeError, "fields are a list of pairs");
        return -1;
    }
    for (at = 0; at < count; at++) {
        const char *name, *role;
        PyObject *pair = pair_in(list, at);
        if (!pair || !PyArg_ParseTuple(pair, "ss", &name, &role) || fields_add(fields, name, role))
            return -1;
    }
    return 0;
}

static void conditions_free(Conditions *conditions)
{
    int at;
    for (at = 0; at < conditions->count; at++)
        free(conditions->items[at].value);
    free(conditions->items);
    conditions->items = NULL;
    conditions->count = 0;
}

/* Read a list of operators with their values. */
static int conditions_from(PyObject *list, Conditions *conditions)
{
    Py_ssize_t count = PyList_Check(list) ? PyList_Size(list) : -1, at;
    if (count < 0 || count > MOST_CONDITIONS) {
        PyErr_Format(PyExc_ValueError, "conditions are a list of up to %d pairs", MOST_CONDITIONS);
        return -1;
    }
    conditions->items = calloc((size_t)count + 1, sizeof(Condition));
    if (!conditions->items) {
        PyErr_NoMemory();
        return -1;
    }
    for (at = 0; at < count; at++) {
        static const char *const names[] = {"Equals", "StartsWith", "EndsWith"};
        Condition *condition = &conditions->items[at];
        const char *name, *value;
        Py_ssize_t length;
        int operator = 0;
        PyObject *pair = pair_in(list, at);
        if (!pair || !PyArg_ParseTuple(pair, "sy#", &name, &value, &length))
            return -1;
        while (operator <= ENDS_WITH && strcmp(names[operator], name))
            operator++;
        condition->value = malloc((size_t)length + 1);
        conditions->count++;
        if (operator > ENDS_WITH) {
            PyErr_Format(PyExc_ValueError, "no such operator: %s", name);
            return -1;
        }
        if (!condition->value) {
            PyErr_NoMemory();
            return -1;
        }
        memcpy(condition->value, value, (size_t)length);
        condition->operator = operator;
        condition->length = (size_t)length;
    }
    return 0;
}

static PyObject *scanner_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"record",         "identity",      "element", "principal_conditions", "resource_conditions",
                            "find_principal", "find_resource", "learn",   "with_ids",             "with_sizes",
                            "oversize_bytes", NULL};
    PyObject *record, *identity, *element, *of_principal, *of_resource, *find_principal, *find_resource, *learn;
    int with_ids, with_sizes;
    unsigned long long oversize_bytes;
    allocfunc allocate;
    Scanner *s;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOOOOOOOppK:Scanner", names, &record, &identity, &element,
                                     &of_principal, &of_resource, &find_principal, &find_resource, &learn,
                                     &with_ids, &with_sizes, &oversize_bytes))
        return NULL;
    allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    s = (Scanner *)allocate(type, 0);
    if (!s)
        return NULL;
    fields_clear(&s->record);
    fields_clear(&s->identity);
    fields_clear(&s->element);
    Py_INCREF(learn);
    Py_INCREF(find_principal);
    Py_INCREF(find_resource);
    s->learn = learn;
    s->find_principal = find_principal;
    s->find_resource = find_resource;
    s->with_ids = with_ids;
    s->with_sizes = with_sizes;
    s->oversize_bytes = oversize_bytes;
    if (fields_from(record, &s->record) || fields_from(identity, &s->identity) || fields_from(element, &s->element) ||
        conditions_from(of_principal, &s->of_principal) || conditions_from(of_resource, &s->of_resource)) {
        Py_DECREF(s);
        return NULL;
    }
    if (s->record.of_role[ROLE_ID] < 0 || s->record.of_role[ROLE_TIME] < 0 || s->record.of_role[ROLE_CATEGORY] < 0 ||
        s->record.of_role[ROLE_SOURCE] < 0 || s->element.count != ELEMENT_FIELDS) {
        PyErr_SetString(PyExc_ValueError, "a scanner needs an id, a time, a source, a category and elements");
        Py_DECREF(s);
        return NULL;
    }
    return (PyObject *)s;
}

static int scanner_traverse(PyObject *self, visitproc visit, void *arg)
{
    Scanner *s = (Scanner *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(s->learn);
    Py_VISIT(s->find_principal);
    Py_VISIT(s->find_resource);
    return 0;
}

static int scanner_clear(PyObject *self)
{
    Scanner *s = (Scanner *)self;
    Py_CLEAR(s->learn);
    Py_CLEAR(s->find_principal);
    Py_CLEAR(s->find_resource);
    return 0;
}

static void scanner_dealloc(PyObject *self)
{
    Scanner *s = (Scanner *)self;
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    int at;
    PyObject_GC_UnTrack(self);
    scanner_clear(self);
    forget_kinds(s);
    table_empty(&s->tokens);
    table_empty(&s->whole_heads);
    conditions_free(&s->of_principal);
    conditions_free(&s->of_resource);
    for (at = 0; at < REMEMBERED_TIMES; at++)
        Py_XDECREF(s->times[at].text);
    free(s->found);
    free(s->touched);
    free(s->key);
    release(self);
    Py_DECREF(type);
}

static PyMethodDef scanner_methods[] = {
    {"scan", scanner_scan, METH_O,
     "Return kinds, ids, times, sizes, odd ones, sums and first time of records; None if it is no plain log file."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot scanner_slots[] = {
    {Py_tp_doc, "Sorts the records of log files into kinds."},
    {Py_tp_new, scanner_new},
    {Py_tp_dealloc, scanner_dealloc},
    {Py_tp_traverse, scanner_traverse},
    {Py_tp_clear, scanner_clear},
    {Py_tp_methods, scanner_methods},
    {0, NULL},
};

static PyType_Spec scanner_spec = {
    "costplan.inputs.volumes.logs._scan.Scanner", sizeof(Scanner), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    scanner_slots,
};

/* ---- what two columns have in common ---- */

typedef struct {
    int64_t number;
    Py_ssize_t index; /* one more than that, so that 0 is none */
} Place;

static size_t place_of(int64_t number, size_t mask)
{
    return (size_t)((uint64_t)number * MIX >> 20) & mask;
}

static PyObject *common_in(const int64_t *these, Py_ssize_t these_count, const int64_t *those, Py_ssize_t those_count)
{
    PyObject *found = PyList_New(0);
    size_t size = 16, mask, at;
    Place *places;
    Py_ssize_t index;
    while (size < 2 * (size_t)these_count)
        size *= 2;
    mask = size - 1;
    places = calloc(size, sizeof *places);
    if (!places || !found) {
        free(places);
        Py_XDECREF(found);
        return PyErr_NoMemory();
    }
    for (index = 0; index < these_count; index++) {
        for (at = place_of(these[index], mask); places[at].index; at = (at + 1) & mask)
            ;
        places[at].number = these[index];
        places[at].index = index + 1;
    }
    for (index = 0; index < those_count; index++)
        for (at = place_of(those[index], mask); places[at].index; at = (at + 1) & mask)
            if (places[at].number == those[index] &&
                append(found, Py_BuildValue("(nn)", places[at].index - 1, index))) {
                free(places);
                Py_DECREF(found);
                return NULL;
            }
    free(places);
    return found;
}

static PyObject *module_common(PyObject *module, PyObject *args)
{
    Py_buffer these, those;
    PyObject *found = NULL;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*:common", &these, &those))
        return NULL;
    if (these.len % 8 || those.len % 8)
        PyErr_SetString(PyExc_ValueError, "columns are of numbers of 8 bytes");
    else
        found = common_in(these.buf, these.len / 8, those.buf, those.len / 8);
    PyBuffer_Release(&these);
    PyBuffer_Release(&those);
    return found;
}

static PyMethodDef module_methods[] = {
    {"common", module_common, METH_VARARGS, "Return the indices of each number that is in both columns, as pairs."},
    {NULL, NULL, 0, NULL},
};

static int module_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &scanner_spec, NULL);
    int failed = type ? PyModule_AddObjectRef(module, "Scanner", type) : -1;
    Py_XDECREF(type);
    return failed ? failed : PyModule_AddIntConstant(module, "MOST_CONDITIONS", MOST_CONDITIONS);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    "costplan.inputs.volumes.logs._scan",
    "Scans log files; see scanning.py.",
    0,
    module_methods,
    module_slots,
    NULL,
    NULL,
    NULL,
};

PyMODINIT_FUNC PyInit__scan(void)
{
    return PyModuleDef_Init(&module_definition);
}
