using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Protocols;

namespace MultiagentFT.Cluster.Messages;

/// <summary>A chunk of problems to answer.</summary>
/// <param name="Protocol">How; its configuration names no model.</param>
/// <param name="Adapters">The protocol's adapters.</param>
/// <param name="Problems">In order.</param>
/// <param name="Seed">Root of all answers' seeds.</param>
internal sealed record DebateWork(ProtocolDescription Protocol, IReadOnlyList<SentAdapter> Adapters, IReadOnlyList<Problem> Problems, ulong Seed)
{
    private const int MostProblems = 100_000;

    public IEnumerable<string> Validate()
    {
        if (Problems.Count is 0 or > MostProblems) yield return $"debate.problems: expected 1 to {MostProblems}, found {Problems.Count}";
        if (Problems.Select(problem => problem.Id).Distinct(StringComparer.Ordinal).Count() != Problems.Count)
            yield return "debate.problems: expected different ids, found a repetition";
        if (Protocol.Samples is < 1 or > SampleRunner.MostSamples) yield return $"debate.protocol.samples: expected 1 to {SampleRunner.MostSamples}, found {Protocol.Samples}";
        if (Protocol is { TellsTruth: true, Samples: not null }) yield return $"debate.protocol.samples: expected none where the truth is told, found {Protocol.Samples}";
        if (Protocol.TellsTruth && Problems.FirstOrDefault(problem => problem.Answer is null) is { } unknown)
            yield return $"debate.problems: expected an answer to each where the truth is told, found none for {unknown.Id}";
        var agents = Protocol is { Samples: null, TellsTruth: false } ? Protocol.Config.Debate.Agents : 1;
        var (generators, critics) = (Protocol.Generators.Count, Protocol.Critics.Count);
        if (generators != agents || critics != agents) yield return $"debate.protocol: expected {agents} generators and critics, found {generators} and {critics}";
        foreach (var missing in Protocol.Adapters().Except(Adapters.Select(adapter => adapter.Version())))
            yield return $"debate.adapters: expected {missing}, found none";
        foreach (var error in Adapters.SelectMany(adapter => adapter.File.Validate("debate.adapters.file"))) yield return error;
        // The model's path is the worker's own.
        foreach (var error in (Protocol.Config with { Model = "its own" }).Validate()) yield return "debate.protocol.config: " + error;
    }
}
