using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Remote;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Serving;

/// <summary>What a <see cref="ServedSociety"/> is made of: a debate's configuration and the agents' weights.</summary>
public sealed record SocietyOptions : DebateConfig
{
    /// <param name="model">Path of the base model, a GGUF file with a chat template, or <c>openai:NAME</c> of a remote one.</param>
    public SocietyOptions(string model) => Model = model;

    /// <summary>
    /// Files of the adapters that <see cref="Speakers"/> name, or references to remote models (<see cref="RemoteWeights"/>), which may be mixed over a base in
    /// this process. Default none.
    /// </summary>
    public IReadOnlyList<AgentAdapter> Adapters { get; init; } = [];

    /// <summary>Who speaks. Default null: as many untrained agents as <see cref="Debate"/> has.</summary>
    public Society? Speakers { get; init; }

    /// <summary>
    /// Further societies over the same model, by name, which the same engine serves. Of their options adapters, speakers, debate, prompts, grading and seed
    /// count. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, SocietyOptions> Beside { get; init; } = new Dictionary<string, SocietyOptions>();

    /// <summary>SHA-256 of the model that the adapters were trained on, lower-case hexadecimal. Default null: it is not on file.</summary>
    public string? ModelSha256 { get; init; }

    /// <summary>Sent to the endpoint of remote models. Default null: none is.</summary>
    public ApiKey? Key { get; init; }

    /// <summary>Told what was decided about the engine, in a line each. Default null: nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>The small model that comes with the library.</summary>
    /// <exception cref="InputException">This build has none.</exception>
    public static SocietyOptions OfEmbeddedModel() => new(EmbeddedModel.Or(""));

    /// <summary>The newest finetuned society of a run folder, or a GGUF file.</summary>
    /// <exception cref="InputException">Neither, or the society is not whole.</exception>
    public static SocietyOptions Of(string folderOrModel) =>
        Directory.Exists(folderOrModel) ? Of(SavedSociety.Latest(folderOrModel)) : new SocietyOptions(folderOrModel);

    /// <summary>A finetuned society with the prompts, debate, engine and seed of its run.</summary>
    public static SocietyOptions Of(SavedSociety saved) => new(EmbeddedModel.Find(saved.Model))
    {
        ModelSha256 = saved.Model.Sha256,
        Adapters = saved.Adapters,
        Speakers = saved.Society,
        Grading = saved.Config.Grading,
        Debate = saved.Config.Debate,
        Prompts = saved.Config.Prompts,
        Engine = saved.Config.Engine,
        Remote = saved.Config.Remote,
        Seed = saved.Config.Seed,
    };

    /// <summary>The same with other weights.</summary>
    /// <param name="paths">One adapter for all agents, or one for each generator and then one for each critic.</param>
    /// <exception cref="InputException">Another number of files.</exception>
    public SocietyOptions WithAdapters(IReadOnlyList<string> paths)
    {
        var agents = Debate.Agents;
        if (paths.Count != 1 && paths.Count != 2 * agents)
        {
            throw new InputException(
                "adapters", null, $"1 file for all agents, or {2 * agents}: one a generator, then one a critic", $"{paths.Count}");
        }
        AgentAdapter[] adapters = [.. paths.Select((path, index) => new AgentAdapter($"adapter-{index + 1}", 1, Path.GetFullPath(path)))];
        AdapterVersion[] speakers = [.. Enumerable.Range(0, 2 * agents).Select(index => adapters[paths.Count == 1 ? 0 : index].Adapter())];
        return this with { Adapters = adapters, Speakers = new Society(speakers[..agents], speakers[agents..]) };
    }

    /// <summary>The same with a name before those of all adapters, so that one engine can serve it beside others: <c>NAME:generator-1</c>.</summary>
    internal SocietyOptions Under(string name)
    {
        return this with
        {
            Adapters = [.. Adapters.Select(adapter => adapter with { Name = Renamed(adapter.Name) })],
            Speakers = Speakers is null ? null : new Society(Agents(Speakers.Generators), Agents(Speakers.Critics)),
        };

        string Renamed(string adapter) => $"{name}:{adapter}";

        DebateAgent[] Agents(IReadOnlyList<DebateAgent> agents) =>
            [.. agents.Select(agent => agent with { Adapter = agent.Adapter is { } adapter ? adapter with { Name = Renamed(adapter.Name) } : null })];
    }

    /// <summary>Of the model that any of the societies was trained on; they are all over one.</summary>
    internal string? ExpectedSha256 => ModelSha256 ?? Beside.Values.Select(other => other.ModelSha256).FirstOrDefault(sha256 => sha256 is not null);

    /// <summary>Those of the societies beside it too.</summary>
    internal IEnumerable<AgentAdapter> AllAdapters => Adapters.Concat(Beside.Values.SelectMany(other => other.Adapters));

    /// <summary>Those of <see cref="AllAdapters"/> that are files.</summary>
    internal IEnumerable<string> AdapterFiles => AllAdapters.Select(adapter => adapter.File).Where(file => !RemoteWeights.IsReference(file));

    /// <summary>Whether any agent is a remote model.</summary>
    internal bool UsesRemote => RemoteModel.IsRemote(Model) || Adapters.Any(adapter => RemoteWeights.IsReference(adapter.File));

    /// <inheritdoc />
    public override IEnumerable<string> Validate()
    {
        foreach (var error in base.Validate()) yield return error;
        if (!UsesRemote) foreach (var error in RemoteLimits.Unused(this)) yield return error;
        if (UsesRemote && !RemoteModel.IsRemote(Model)) foreach (var error in RemoteLimits.Unsupported(Debate.Sampling)) yield return error;
        if (RemoteModel.IsRemote(Model))
        {
            foreach (var adapter in Adapters.Where(adapter => !RemoteWeights.IsReference(adapter.File)))
                yield return $"adapters: expected references to remote models ({RemoteWeights.Extension}), as an endpoint takes no adapter files, found {adapter.File}";
        }
        foreach (var (name, other) in Beside)
        {
            if (other.ModelSha256 is null ? other.Model != Model : other.ModelSha256 != ExpectedSha256)
                yield return $"beside.{name}: expected a society of the same base model ({Model}), found one of {other.Model}";
            if (other.Beside.Count > 0) yield return $"beside.{name}: expected one society, found others beside it";
            if (UsesRemote || other.UsesRemote) yield return $"beside.{name}: expected societies of models in this process, found remote ones";
            foreach (var error in other.Validate()) yield return $"beside.{name}.{error}";
        }
        if (Speakers is null) yield break;
        if (Speakers.Generators.Count != Debate.Agents || Speakers.Critics.Count != Debate.Agents)
            yield return $"debate.agents: expected the {Speakers.Generators.Count} agents of the society, found {Debate.Agents}";
        foreach (var missing in Speakers.Adapters.Except(Adapters.Select(adapter => adapter.Adapter())))
            yield return $"adapters: expected a file for {missing}, found none";
    }
}
