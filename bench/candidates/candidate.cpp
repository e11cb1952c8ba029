#include "bench/candidates/candidate.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "generators/kernel_interface/kernel.h"
#include "support/error.h"

namespace nestwright::bench {

using Json = nlohmann::ordered_json;

std::string to_json(const CandidateTable& table) {
  Json json = {{"operator", table.key.op},   {"algorithm", table.key.algorithm},
               {"shape", table.key.shape},   {"target", table.key.target},
               {"halide", table.key.halide}, {"algorithm_hash", table.key.algorithm_hash},
               {"layer", table.layer},       {"source", table.source},
               {"schedule", table.schedule}, {"candidates", Json::array()}};
  for (const Candidate& candidate : table.candidates) {
    json["candidates"].push_back({{"function", candidate.function},
                                  {"parameters", candidate.parameters},
                                  {"cuda_registers", candidate.cuda_registers},
                                  {"registers", candidate.registers},
                                  {"estimate", candidate.estimate}});
  }
  return json.dump(1);
}

CandidateTable parse_candidates(const std::string& text) try {
  const Json json = Json::parse(text);
  CandidateTable table = {.key = {.op = json.at("operator"),
                                  .algorithm = json.at("algorithm"),
                                  .shape = json.at("shape"),
                                  .target = json.at("target"),
                                  .processor = "",
                                  .halide = json.at("halide"),
                                  .algorithm_hash = json.at("algorithm_hash")},
                          .layer = json.at("layer"),
                          .source = json.at("source"),
                          .schedule = json.at("schedule"),
                          .candidates = {}};
  for (const Json& candidate : json.at("candidates")) {
    table.candidates.push_back({.function = candidate.at("function"),
                                .parameters = candidate.at("parameters").get<std::map<std::string, int>>(),
                                .cuda_registers = candidate.at("cuda_registers"),
                                .registers = candidate.at("registers"),
                                .estimate = candidate.at("estimate")});
  }
  return table;
} catch (const nlohmann::json::exception& error) {
  throw Error("candidates", fmt::format("no table of candidates: {}; choose them again", error.what()));
}

std::string to_string(const Candidate& candidate) {
  Shape parameters;
  for (const auto& [name, value] : candidate.parameters) parameters.set(name, value);
  return settings_text(parameters, candidate.cuda_registers);
}

}  // namespace nestwright::bench
