// RFC 4180 records of a text in memory, one at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::catalog {

struct CsvLimits {
  size_t max_record_bytes = 1 << 20;
  size_t max_fields = 256;
};

struct CsvRecord {
  size_t line = 0;  // line of its first character, from 1
  std::vector<std::string> fields;
  std::string problem;  // not empty: the record is unusable, `fields` is not complete
};

// Quoted fields may hold delimiters, line breaks and doubled quotes; LF, CRLF and CR end a record;
// empty lines are passed over. After an unusable record reading goes on at the line after the one
// on which it began, so that one lost quote does not swallow the rest of the file.
class CsvReader {
 public:
  // `text` must outlive the reader.
  CsvReader(std::string_view text, char delimiter, CsvLimits limits = {});

  std::optional<CsvRecord> next();

 private:
  bool read_quoted(std::string& field, std::string& problem);
  void read_plain(std::string& field);
  bool end_of_record();
  void fail(CsvRecord& record, std::string problem, size_t from);

  std::string_view text_;
  char delimiter_;
  CsvLimits limits_;
  size_t at_ = 0;
  size_t line_ = 1;
};

// The one of , ; tab | that splits the first records into the same number of fields, more than one;
// a comma when none does.
char sniff_delimiter(std::string_view text);

}  // namespace tenon::catalog
