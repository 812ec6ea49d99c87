// The quorum of a deciding event (docs/PROCESSES.md).

#include <algorithm>

#include "engine/process/attempt.h"

namespace acta {
namespace {

bool among(const std::vector<std::string>& values, const std::string& value) { return std::find(values.begin(), values.end(), value) != values.end(); }

std::optional<CountedOpinion> opinion_of(const Data& data, const std::string& event, const std::string& body) {
  const List* opinion = find_list(data, opinions_name(event, body));
  if (opinion == nullptr || opinion->size() != 3) return std::nullopt;
  const std::string* value = std::get_if<std::string>(&opinion->front().held);
  const auto position = find_position(*opinion, 2);
  if (value == nullptr || !position) return std::nullopt;
  return CountedOpinion{body, *value, (*opinion)[1], *position};
}

struct Tally {
  std::int64_t present = 0, favourable = 0, against = 0, recused = 0;
  std::optional<Position> objection;                 // the last one against
};

Tally count(const Quorum& quorum, const std::vector<CountedOpinion>& opinions, const std::optional<Value>& about) {
  Tally tally;
  for (const CountedOpinion& opinion : opinions) {
    if (!about || opinion.about != *about) continue;
    if (among(quorum.recused, opinion.value)) {
      ++tally.recused;
      continue;
    }
    ++tally.present;
    if (among(quorum.favourable, opinion.value)) ++tally.favourable;
    if (!among(quorum.against, opinion.value)) continue;
    ++tally.against;
    tally.objection = std::max(tally.objection, std::optional(opinion.position));
  }
  return tally;
}

// A recused seat leaves both sides, but a decision never rests on nobody.
std::int64_t lowered(std::int64_t wanted, std::int64_t recused) { return wanted == 0 ? 0 : std::max<std::int64_t>(1, wanted - recused); }

std::string of(std::int64_t there, std::int64_t wanted) { return std::to_string(there) + " of " + std::to_string(wanted); }

}  // namespace

std::string seats_name(std::string_view list) { return "seats/" + std::string(list); }

std::string opinions_name(std::string_view event, std::string_view body) { return "opinions/" + std::string(event) + "/" + std::string(body); }

std::vector<CountedOpinion> opinions_of(const Quorum& quorum, const Data& data) {
  std::vector<CountedOpinion> opinions;
  const List* seats = find_list(data, seats_name(quorum.seats));
  if (seats == nullptr) return opinions;
  for (const Value& item : *seats) {
    const List* seat = std::get_if<List>(&item.held);
    const std::string* body = seat == nullptr || seat->empty() ? nullptr : std::get_if<std::string>(&seat->front().held);
    if (body == nullptr) continue;
    if (auto opinion = opinion_of(data, quorum.opinions, *body)) opinions.push_back(std::move(*opinion));
  }
  return opinions;
}

std::optional<Objection> quorum_objection(const Quorum& quorum, const std::vector<CountedOpinion>& opinions, const std::optional<Value>& about) {
  const Tally tally = count(quorum, opinions, about);
  const std::int64_t present = lowered(quorum.present, tally.recused), need = lowered(quorum.need, tally.recused);
  const auto object = [&](std::string why, std::optional<Position> conflict) { return Objection{"quorum/" + quorum.seats, "the quorum of " + quorum.seats + " is not met: " + std::move(why), conflict}; };
  if (tally.present < present) return object(of(tally.present, present) + " seats have given an opinion on what is decided", std::nullopt);
  if (tally.against > quorum.objections_max) return object(std::to_string(tally.against) + " against, at most " + std::to_string(quorum.objections_max) + " allowed", tally.objection);
  if (tally.favourable < need) return object(of(tally.favourable, need) + " seats needed are in favour", std::nullopt);
  return std::nullopt;
}

}  // namespace acta
