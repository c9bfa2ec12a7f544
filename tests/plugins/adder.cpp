// A column interface: sums the rows of a ragged column.
#include <tenon/plugin.hpp>

#include <numeric>

class Adder {
 public:
  tenon::Result<void> sum(tenon::Call&, const tenon::Batch& input, tenon::BatchOut& output) {
    TN_TRY(const auto values, input.ragged<int64_t>("values"));
    std::vector<int64_t> sums;
    for (size_t row = 0; row < values.rows(); ++row)
      sums.push_back(std::accumulate(values[row].begin(), values[row].end(), int64_t{0}));
    tenon::BatchBuffer batch(sums.size());
    batch.flat<int64_t>("sum", sums);
    return output.write(batch);
  }
};

TENON_PLUGIN(Adder, tenon::about("adder", "1.0.0", "Sums columns"),
             tenon::provides_columns("test.adder/1", "1.0.0",
                                     tenon::column_method<&Adder::sum>("sum")))
