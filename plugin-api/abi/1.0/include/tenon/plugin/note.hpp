// The manifest of a C++ plugin, made at compile time from its declaration, in the form of an ELF
// note. Included by tenon/plugin.hpp.
#pragma once

#include "tenon/manifest.h"
#include "tenon/plugin/declaration.hpp"

namespace tenon::plugin {

// Everything a plugin declares.
template <class Class, class... Items>
struct Definition {
  About about;
  std::tuple<Items...> items;
};

template <class Class>
concept HasConfig = requires {
  typename Class::Config;
};

template <class Predicate, class Definition_>
constexpr void write_list(Writer& out, std::string_view name, const Definition_& definition,
                          Predicate matches) {
  out.raw(",");
  out.key(name);
  out.raw("[");
  bool first = true;
  auto each = [&](const auto& item) {
    if constexpr (decltype(matches(item))::value) {
      if (!first) out.raw(",");
      first = false;
      item.write(out);
    }
  };
  std::apply([&](const auto&... item) { (each(item), ...); }, definition.items);
  out.raw("]");
}

// The wishes by kind; nothing where there are none.
template <class Class, class... Items>
constexpr void write_permissions(Writer& out, const Definition<Class, Items...>& definition) {
  constexpr bool any = (std::is_same_v<Items, Wants> || ...);
  if constexpr (any) {
    out.raw(",");
    out.key("permissions");
    out.raw("{");
    bool first_kind = true;
    for (std::string_view kind : {"outbound", "read", "write", "environment", "store"}) {
      bool first = true;
      auto each = [&](const auto& item) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(item)>, Wants>) {
          if (item.kind != kind) return;
          if (first) out.member(first_kind, kind);
          out.raw(first ? "[" : ",");
          first = false;
          item.write(out);
        }
      };
      std::apply([&](const auto&... item) { (each(item), ...); }, definition.items);
      if (!first) out.raw("]");
    }
    out.raw("}");
  }
}

template <class Class, class... Items>
constexpr void write_events(Writer& out, const Definition<Class, Items...>& definition) {
  constexpr bool any = (std::is_same_v<Items, Topics> || ...);
  if constexpr (any) {
    out.raw(",");
    out.key("events");
    out.raw("{");
    bool first_list = true;
    for (const bool published : {true, false}) {
      out.member(first_list, published ? "publishes" : "subscribes");
      out.raw("[");
      bool first = true;
      auto each = [&](const auto& item) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(item)>, Topics>) {
          if (item.published != published) return;
          if (!first) out.raw(",");
          first = false;
          out.string(item.pattern);
        }
      };
      std::apply([&](const auto&... item) { (each(item), ...); }, definition.items);
      out.raw("]");
    }
    out.raw("}");
  }
}

template <class Class, class... Items>
constexpr void write_manifest(Writer& out, const Definition<Class, Items...>& definition) {
  out.raw("{\"manifest\":1");
  bool first = false;
  out.member(first, "id", definition.about.id);
  out.member(first, "version", definition.about.version);
  out.member(first, "description", definition.about.description);
  write_list(out, "provides", definition, [](const auto& item) {
    using Item = std::remove_cvref_t<decltype(item)>;
    return std::bool_constant < is_provides<Item, MessageKind> || is_provides < Item,
           ColumnKind >> ();
  });
  write_list(out, "requires", definition, [](const auto& item) {
    return std::bool_constant<std::is_same_v<std::remove_cvref_t<decltype(item)>, Needs>>();
  });
  write_list(out, "routes", definition, [](const auto& item) {
    return std::bool_constant<is_route<std::remove_cvref_t<decltype(item)>>>();
  });
  write_list(out, "pages", definition, [](const auto& item) {
    return std::bool_constant<std::is_same_v<std::remove_cvref_t<decltype(item)>, Page>>();
  });
  write_permissions(out, definition);
  write_events(out, definition);
  if constexpr (HasConfig<Class>) {
    out.member(first, "config_schema");
    schema::write<typename Class::Config>(out, json::Mode::config);
  }
  out.raw("}");
}

template <size_t Size>
struct Note {
  uint32_t name_size = sizeof(TN_NOTE_NAME);
  uint32_t text_size = Size;
  uint32_t type = TN_NOTE_MANIFEST;
  char name[8] = TN_NOTE_NAME;
  char text[Size] = {};
};

template <const auto& definition>
constexpr auto make_note() {
  constexpr size_t size = [] {
    Writer counter;
    write_manifest(counter, definition);
    return (counter.size() + 3) / 4 * 4;
  }();
  static_assert(size <= TN_MANIFEST_MAX, "the manifest is too large");
  Note<size> note;
  Writer writer(note.text);
  write_manifest(writer, definition);
  return note;
}

template <class Class, class... Items>
constexpr auto define(About about, Items... items) {
  return Definition<Class, Items...>{about, std::tuple<Items...>{items...}};
}

}  // namespace tenon::plugin
