using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Methods;

/// <summary>How a method finetunes itself.</summary>
public interface ILearner
{
    /// <summary>Names of the agents that have weights of their own; they name files.</summary>
    IReadOnlyList<string> Agents { get; }

    /// <summary>Who answers, with the weights of one time.</summary>
    Society Speakers(AgentWeights weights);

    /// <summary>The debates that may teach, before the support of their votes is looked at.</summary>
    IReadOnlyList<Transcript> Teaching(IReadOnlyList<Transcript> debates) => debates;

    /// <summary>Answers that have to agree with a vote for it to be a target.</summary>
    /// <param name="debates">Answers to the training problems.</param>
    int MinimumVotes(IReadOnlyList<Transcript> debates);

    /// <summary>Those of them that learn preferences instead of conversations.</summary>
    IReadOnlyList<string> ByPreference => [];

    /// <summary>What each agent learns, by its name; <see cref="ByPreference"/> names those that are not there.</summary>
    /// <param name="debates">Answers to the training problems.</param>
    /// <param name="task">Compares answers.</param>
    /// <param name="seed">Decides what is drawn at random.</param>
    IReadOnlyDictionary<string, IReadOnlyList<ChatExample>> Datasets(IReadOnlyList<Transcript> debates, IDebateTask task, Seed seed);

    /// <summary>What each agent of <see cref="ByPreference"/> learns, by its name.</summary>
    /// <inheritdoc cref="Datasets"/>
    IReadOnlyDictionary<string, IReadOnlyList<PreferencePair>> Preferences(IReadOnlyList<Transcript> debates, IDebateTask task) =>
        new Dictionary<string, IReadOnlyList<PreferencePair>>();
}
