#include "catalog/scoring/rules.hpp"

namespace tenon::catalog {
namespace {

std::map<std::string, std::vector<std::string>> default_words() {
  return {
      {"power", {"power supply",  "power supplies", "power adapter", "power adapters",
                 "power adaptor", "power adaptors", "ac adapter",    "ac adapters",
                 "ac adaptor",    "ac adaptors",    "adapter",       "adapters",
                 "adaptor",       "adaptors",       "psu",           "psa",
                 "power brick",   "power cord",     "power cords",   "battery",
                 "batteries",     "charger",        "chargers",      "ספק",
                 "ספקים",         "ספק כוח",        "ספקי כוח",      "ספק מתח",
                 "ספקי מתח",      "שנאי",           "שנאים",         "מתאם",
                 "מתאמים",        "מתאם חשמל",      "מטען",          "מטענים",
                 "סוללה",         "סוללות"}},
      {"cable", {"cable",        "cables",    "cord",    "cords",      "lead wire",   "patch cable",
                 "patch cables", "xlr",       "usb",     "trs",        "midi cable",  "midi cables",
                 "snake",        "multicore", "speakon", "jack cable", "jack cables", "כבל",
                 "כבלים",        "חוט",       "חוטים",   "מגשר",       "מגשרים"}},
      {"mounting",
       {"stand",      "stands",    "mount",      "mounts",      "mounting", "bracket", "brackets",
        "rack mount", "rackmount", "wall mount", "wall mounts", "tripod",   "tripods", "clamp",
        "clamps",     "holder",    "holders",    "סטנד",        "סטנדים",   "מעמד",    "מעמדים",
        "חצובה",      "חצובות",    "מתלה",       "מתלים",       "תושבת",    "תושבות"}},
      {"case",
       {"case",        "cases",        "cover",     "covers",     "bag",        "bags",
        "gig bag",     "gig bags",     "gigbag",    "gigbags",    "hardcase",   "hardcases",
        "flight case", "flight cases", "soft case", "soft cases", "dust cover", "dust covers",
        "backpack",    "backpacks",    "sleeve",    "sleeves",    "תיק",        "תיקים",
        "נרתיק",       "נרתיקים",      "כיסוי",     "כיסויים",    "קייס",       "קייסים",
        "ארגז",        "מזוודה",       "מזוודות"}},
      {"stand",
       {"stand", "stands", "keyboard stand", "keyboard stands", "guitar stand", "guitar stands",
        "speaker stand", "speaker stands", "tripod", "tripods", "סטנד", "סטנדים", "מעמד", "מעמדים",
        "חצובה", "חצובות"}},
  };
}

std::map<std::string, CategoryClass> default_classes() {
  const std::vector<std::string> keys = {
      "keyboard",     "keyboards",     "piano",          "pianos",          "synthesizer",
      "synthesizers", "synth",         "synths",         "workstation",     "workstations",
      "organ",        "organs",        "arranger",       "arrangers",       "stage piano",
      "stage pianos", "digital piano", "digital pianos", "midi controller", "midi controllers",
      "קלידים",       "קלידן",         "פסנתר",          "פסנתרים",         "סינטיסייזר",
      "סינטיסייזרים", "אורגן",         "אורגנים",        "אורגנית",         "אורגניות"};
  const std::vector<std::string> strings = {
      "guitar",  "guitars",  "bass",     "basses",    "bass guitar", "bass guitars",
      "ukulele", "ukuleles", "violin",   "violins",   "cello",       "cellos",
      "banjo",   "banjos",   "mandolin", "mandolins", "גיטרה",       "גיטרות",
      "בס",      "יוקללי",   "כינור",    "כינורות",   "צ'לו"};
  const std::vector<std::string> drums = {
      "drum",    "drums", "drum kit", "drum kits", "electronic drums", "percussion", "cymbal",
      "cymbals", "snare", "snares",   "תופים",     "מערכת תופים",      "תוף",        "כלי הקשה",
      "מצילה",   "מצילות"};
  const std::vector<std::string> winds = {
      "saxophone", "saxophones", "trumpet", "trumpets", "flute", "flutes", "clarinet", "clarinets",
      "accordion", "accordions", "סקסופון", "חצוצרה",   "חליל",  "חלילים", "קלרינט",   "אקורדיון"};
  const std::vector<std::string> devices = {"amplifier",
                                            "amplifiers",
                                            "amp",
                                            "amps",
                                            "combo",
                                            "combos",
                                            "pedal",
                                            "pedals",
                                            "effect",
                                            "effects",
                                            "multi effects",
                                            "mixer",
                                            "mixers",
                                            "interface",
                                            "interfaces",
                                            "audio interface",
                                            "audio interfaces",
                                            "monitor",
                                            "monitors",
                                            "studio monitor",
                                            "studio monitors",
                                            "speaker",
                                            "speakers",
                                            "loudspeaker",
                                            "loudspeakers",
                                            "subwoofer",
                                            "subwoofers",
                                            "pa",
                                            "dj",
                                            "controller",
                                            "controllers",
                                            "sampler",
                                            "samplers",
                                            "groovebox",
                                            "grooveboxes",
                                            "drum machine",
                                            "drum machines",
                                            "recorder",
                                            "recorders",
                                            "sequencer",
                                            "sequencers",
                                            "מגבר",
                                            "מגברים",
                                            "פדל",
                                            "פדלים",
                                            "אפקט",
                                            "אפקטים",
                                            "מיקסר",
                                            "מיקסרים",
                                            "כרטיס קול",
                                            "כרטיסי קול",
                                            "מוניטור",
                                            "מוניטורים",
                                            "רמקול",
                                            "רמקולים",
                                            "סאבוופר",
                                            "סמפלר",
                                            "מקליט",
                                            "הגברה"};
  const std::vector<std::string> sound = {
      "audio", "recording", "studio",    "live sound", "pro audio", "microphone", "microphones",
      "mic",   "mics",      "headphone", "headphones", "preamp",    "preamps",    "wireless",
      "אודיו", "הקלטה",     "אולפן",     "סאונד",      "מיקרופון",  "מיקרופונים", "אוזניות"};
  const auto join = [](std::initializer_list<const std::vector<std::string>*> lists) {
    std::vector<std::string> out;
    for (const auto* list : lists) out.insert(out.end(), list->begin(), list->end());
    return out;
  };
  return {
      {"consumes_power",
       {join({&keys, &devices}),
        {"keys pianos", "dj production", "live sound", "studio recording"}}},
      {"audio",
       {join({&keys, &devices, &sound}),
        {"keys pianos", "guitars amps", "studio recording", "live sound", "dj production"}}},
      {"needs_mounting",
       {join({&keys, &drums, &devices, &sound}),
        {"keys pianos", "drums percussion", "live sound"}}},
      {"instrument",
       {join({&keys, &strings, &drums, &winds}),
        {"keys pianos", "drums percussion", "guitars amps"}}},
      {"accessories",
       {{"accessory", "accessories", "אביזר", "אביזרים", "אביזרי", "אקססוריז"}, {"accessories"}}},
  };
}

std::map<std::string, std::vector<std::string>> default_families() {
  return {
      {"keys",
       {"keyboard",     "keyboards", "piano",       "pianos",       "synthesizer", "synthesizers",
        "synth",        "synths",    "workstation", "workstations", "organ",       "organs",
        "arranger",     "arrangers", "קלידים",      "פסנתר",        "פסנתרים",     "סינטיסייזר",
        "סינטיסייזרים", "אורגן",     "אורגנים",     "אורגנית",      "אורגניות"}},
      {"drums",
       {"drum", "drums", "percussion", "cymbal", "cymbals", "snare", "snares", "תופים", "תוף",
        "כלי הקשה", "מצילה", "מצילות"}},
      {"guitars",
       {"guitar",    "guitars",    "bass",   "basses", "ukulele", "ukuleles", "amp",    "amps",
        "amplifier", "amplifiers", "pedal",  "pedals", "effects", "גיטרה",    "גיטרות", "בס",
        "יוקללי",    "מגבר",       "מגברים", "פדל",    "פדלים",   "אפקטים"}},
      {"studio", {"studio",    "recording",  "audio",      "mixing",      "interface", "interfaces",
                  "monitor",   "monitors",   "microphone", "microphones", "preamp",    "preamps",
                  "headphone", "headphones", "אולפן",      "הקלטה",       "אודיו",     "כרטיס קול",
                  "מוניטורים", "מיקרופון",   "מיקרופונים", "אוזניות"}},
      {"live",
       {"live", "live sound", "pa", "speaker", "speakers", "loudspeaker", "loudspeakers",
        "subwoofer", "subwoofers", "mixer", "mixers", "wireless", "lighting", "הגברה", "רמקול",
        "רמקולים", "מיקסר", "מיקסרים", "תאורה"}},
      {"dj",
       {"dj", "production", "controller", "controllers", "turntable", "turntables", "groovebox",
        "grooveboxes", "sampler", "samplers", "drum machine", "drum machines", "sequencer",
        "sequencers", "די ג'יי", "תקליטן", "פטיפון", "סמפלר"}},
      {"software",
       {"software", "plugin", "plugins", "plug in", "plug ins", "cloud", "virtual instrument",
        "virtual instruments", "daw", "תוכנה", "תוכנות"}},
      {"winds",
       {"wind", "winds", "brass", "saxophone", "saxophones", "trumpet", "trumpets", "flute",
        "flutes", "clarinet", "clarinets", "כלי נשיפה", "סקסופון", "חצוצרה", "חליל"}},
      {"accessories",
       {"accessory", "accessories", "cable",   "cables", "case",  "cases",   "bag",   "bags",
        "stand",     "stands",      "strings", "sticks", "אביזר", "אביזרים", "כבל",   "כבלים",
        "תיק",       "תיקים",       "סטנד",    "סטנדים", "מעמד",  "מעמדים",  "מיתרים"}},
  };
}

std::vector<std::string> default_stop_words() {
  return {"the",     "a",    "an",    "and",    "or",   "of",   "for",    "with", "in",     "to",
          "by",      "new",  "black", "white",  "red",  "blue", "silver", "gold", "series", "model",
          "edition", "set",  "pack",  "bundle", "key",  "keys", "של",     "עם",   "ו",      "את",
          "חדש",     "שחור", "לבן",   "אדום",   "כחול", "דגם",  "סדרה",   "סדרת", "סט",     "צבע"};
}

std::map<std::string, SpecGroup> default_specs() {
  return {
      {"connector",
       {{"connector", "connectors", "connector required", "required connector"},
        {"connector", "connectors", "connector type", "plug", "plug type"}}},
      {"voltage",
       {{"voltage", "input voltage", "power requirement", "power requirements", "required voltage"},
        {"output voltage", "voltage", "supplies voltage"}}},
      {"pedal_jack",
       {{"pedal jack", "pedal jacks", "pedal input", "damper jack", "required pedal"},
        {"pedal jack", "pedal plug", "pedal type"}}},
      {"compatible_model",
       {{"compatible pedal", "compatible pedals", "compatible models", "required accessory",
         "required accessories", "optional accessories", "requires"},
        {},
        true,
        false}},
      {"fits_model",
       {{},
        {"compatible with", "compatible models", "compatible model", "fits", "works with"},
        false,
        true}},
  };
}

}  // namespace

Rules default_rules() {
  Rules rules;
  rules.words = default_words();
  rules.classes = default_classes();
  rules.families = default_families();
  rules.stop_words = default_stop_words();
  rules.specs = default_specs();
  rules.price_within_percent = 50;
  rules.necessity = {60, 5, {{"power", 70}, {"cable", 50}, {"mounting", 60}, {"spec", 40}}};
  rules.accessory = {60, 8, {{"case", 70}, {"stand", 60}, {"brand_accessory", 40}}};
  rules.related = {
      70, 6, {{"category", 50}, {"price", 30}, {"family", 40}, {"brand", 40}, {"name", 30}}};
  return rules;
}

}  // namespace tenon::catalog
