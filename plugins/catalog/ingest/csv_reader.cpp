#include "catalog/ingest/csv_reader.hpp"

#include <algorithm>
#include <array>

namespace tenon::catalog {

CsvReader::CsvReader(std::string_view text, char delimiter, CsvLimits limits)
    : text_(text), delimiter_(delimiter), limits_(limits) {}

std::optional<CsvRecord> CsvReader::next() {
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) end_of_record();
  if (at_ >= text_.size()) return std::nullopt;
  CsvRecord record;
  record.line = line_;
  size_t from = at_;
  for (;;) {
    std::string field;
    std::string problem;
    if (at_ < text_.size() && text_[at_] == '"') {
      if (!read_quoted(field, problem)) {
        fail(record, std::move(problem), from);
        return record;
      }
    } else {
      read_plain(field);
    }
    if (at_ - from > limits_.max_record_bytes) {
      fail(record, "record longer than " + std::to_string(limits_.max_record_bytes) + " bytes",
           from);
      return record;
    }
    record.fields.push_back(std::move(field));
    if (record.fields.size() > limits_.max_fields) {
      fail(record, "more than " + std::to_string(limits_.max_fields) + " fields", from);
      return record;
    }
    if (end_of_record()) return record;
    ++at_;  // the delimiter
  }
}

void CsvReader::read_plain(std::string& field) {
  size_t from = at_;
  while (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n' && text_[at_] != '\r')
    ++at_;
  field.assign(text_.substr(from, at_ - from));
}

bool CsvReader::read_quoted(std::string& field, std::string& problem) {
  size_t opened = line_;
  size_t from = ++at_;
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (c == '"') {
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field.push_back('"');
        at_ += 2;
        continue;
      }
      ++at_;
      bool closed = at_ >= text_.size() || text_[at_] == delimiter_ || text_[at_] == '\n' ||
                    text_[at_] == '\r';
      if (!closed) problem = "text after a closing quote";
      return closed;
    }
    if (c == '\n') ++line_;
    field.push_back(c);
    ++at_;
    if (at_ - from > limits_.max_record_bytes) {
      problem = "quote of line " + std::to_string(opened) + " not closed within " +
                std::to_string(limits_.max_record_bytes) + " bytes";
      return false;
    }
  }
  problem = "quote of line " + std::to_string(opened) + " is never closed";
  return false;
}

bool CsvReader::end_of_record() {
  if (at_ >= text_.size()) return true;
  if (text_[at_] != '\n' && text_[at_] != '\r') return false;
  if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
  ++at_;
  ++line_;
  return true;
}

void CsvReader::fail(CsvRecord& record, std::string problem, size_t from) {
  record.problem = std::move(problem);
  size_t end = text_.find_first_of("\r\n", from);
  at_ = end == text_.npos ? text_.size() : end;
  line_ = record.line;
  end_of_record();
}

char sniff_delimiter(std::string_view text) {
  constexpr std::array<char, 4> kCandidates = {',', ';', '\t', '|'};
  constexpr int kRecords = 20;
  std::string_view head = text.substr(0, 64 * 1024);
  char best = ',';
  size_t best_score = 0;
  for (char candidate : kCandidates) {
    CsvReader reader(head, candidate, {});
    size_t width = 0;
    size_t same = 0;
    for (int i = 0; i < kRecords; ++i) {
      auto record = reader.next();
      if (!record) break;
      if (i == 0) width = record->fields.size();
      if (record->fields.size() == width) ++same;
    }
    size_t score = width > 1 ? same * 1000 + std::min<size_t>(width, 999) : 0;
    if (score > best_score) {
      best_score = score;
      best = candidate;
    }
  }
  return best;
}

}  // namespace tenon::catalog
