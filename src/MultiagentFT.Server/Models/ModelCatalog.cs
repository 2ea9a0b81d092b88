using System.Text.RegularExpressions;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;
using MultiagentFT.Serving;

namespace MultiagentFT.Server.Models;

/// <summary>
/// The models that requests can name. Adapters come and go while requests run: each loading of a name has a version of its own, so that
/// nothing computed with older weights is reused, and an adapter is freed after the last request that began with it.
/// </summary>
internal sealed partial class ModelCatalog
{
    public const string SocietyName = "society";

    private readonly IGenerationEngine _engine;
    private readonly TimeProvider _time;
    private readonly AdapterRoom _room;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _changing = new(1);
    private readonly List<string> _order = [];
    private readonly Dictionary<string, Entry> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _versions = new(StringComparer.Ordinal);

    /// <exception cref="InputException">An adapter has no usable name, or one that is taken.</exception>
    public ModelCatalog(ServedSociety society, ServerOptions options, TimeProvider time)
    {
        (_engine, _time, _room) = (society.Engine, time, new AdapterRoom(society.Options.Model, options.AdapterBytes));
        var files = society.Options.Adapters.ToDictionary(adapter => adapter.Adapter(), adapter => adapter.File);
        var created = time.GetUtcNow().ToUnixTimeSeconds();
        Put(new NamedModel(ServedSociety.BaseAgent, ModelKind.Base, null, null, created));
        PutSociety(SocietyName, "", society, files);
        foreach (var (name, other) in society.Beside)
        {
            RequireFree("society", name);
            var own = other.Options.Adapters.ToDictionary(adapter => adapter.Adapter(), adapter => adapter.File);
            PutSociety(name, name + ":", other, own);
            foreach (var adapter in own) files.Add(adapter.Key, adapter.Value);
        }
        foreach (var adapter in society.Options.Adapters.Where(adapter => !society.Speakers.Adapters.Contains(adapter.Adapter())))
        {
            RequireFree("adapter", adapter.Name);
            Put(new NamedModel(adapter.Name, ModelKind.Adapter, adapter.Adapter(), adapter.File, created));
        }
        // A name that comes back does not meet a version that the society has loaded.
        foreach (var adapter in files.Keys) _versions[adapter.Name] = Math.Max(_versions.GetValueOrDefault(adapter.Name), adapter.Version);

        void PutSociety(string name, string prefix, ServedSociety served, Dictionary<AdapterVersion, string> weights)
        {
            // Untrained agents of a further society are the base under other names.
            foreach (var agent in served.Agents.Where(agent => agent.Name != ServedSociety.BaseAgent && (agent.Adapter is not null || ReferenceEquals(served, society))))
                Put(new NamedModel(prefix + agent.Name, ModelKind.Agent, agent.Adapter, agent.Adapter is { } adapter ? weights[adapter] : null, created));
            Put(new NamedModel(name, ModelKind.Society, null, null, created, served));
        }

        void RequireFree(string kind, string name)
        {
            if (!Name().IsMatch(name)) throw new InputException(kind, name, "a name of letters, digits and . _ : - (1 to 128)", name);
            if (_models.ContainsKey(name)) throw new InputException(kind, name, "a name that is not taken", name);
        }
    }

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<NamedModel> All
    {
        get
        {
            lock (_lock) return _order.ConvertAll(name => _models[name].Model);
        }
    }

    public NamedModel? Find(string name)
    {
        lock (_lock) return _models.GetValueOrDefault(name)?.Model;
    }

    /// <exception cref="ApiException">There is none of this name.</exception>
    public ModelLease Acquire(string name)
    {
        lock (_lock)
        {
            if (!_models.TryGetValue(name, out var entry)) throw Unknown(name);
            entry.Users++;
            return new ModelLease(entry.Model, () => Release(entry));
        }
    }

    /// <summary>Loads an adapter under a name; one that has the name answers until then, and is freed after its last request.</summary>
    /// <returns>The model, and whether it replaced another.</returns>
    /// <exception cref="InputException">The file is no adapter of the base model.</exception>
    /// <exception cref="ApiException">The name is no name, or that of the base, an agent or the society, or there is no memory for another adapter.</exception>
    public async Task<(NamedModel Model, bool Replaced)> LoadAsync(string name, string file, ModelKind kind, CancellationToken cancellation)
    {
        if (!Name().IsMatch(name)) throw ApiException.Invalid("name", $"name: expected letters, digits and . _ : - (1 to 128), found {name}");
        Entry? old;
        NamedModel model;
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            RequireOwn(name);
            var adapter = NextVersion(name);
            var bytes = _room.Enter(file);
            try
            {
                await _engine.LoadAdapterAsync(adapter, file, cancellation).ConfigureAwait(false);
            }
            catch
            {
                _room.Leave(bytes);
                throw;
            }
            model = new NamedModel(name, kind, adapter, file, _time.GetUtcNow().ToUnixTimeSeconds());
            lock (_lock)
            {
                old = _models.GetValueOrDefault(name);
                Put(model, bytes);
            }
        }
        finally
        {
            _changing.Release();
        }
        if (old is not null) await RetireAsync(old).ConfigureAwait(false);
        return (model, old is not null);
    }

    /// <summary>Takes a model away; ends when its last request has, and its memory is free.</summary>
    /// <exception cref="ApiException">There is none of this name, or it is not one that may go.</exception>
    public async Task<NamedModel> RemoveAsync(string name)
    {
        Entry entry;
        lock (_lock)
        {
            if (!_models.TryGetValue(name, out entry!)) throw Unknown(name);
            RequireOwn(name);
            _models.Remove(name);
            _order.Remove(name);
        }
        await RetireAsync(entry).ConfigureAwait(false);
        return entry.Model;
    }

    /// <summary>Refuses an adapter that is still to be trained where there would be no room for it now.</summary>
    /// <exception cref="ApiException">There is no memory for another adapter.</exception>
    public void RequireRoom(int rank) => _room.RequireRank(rank);

    private static ApiException Unknown(string name) =>
        ApiException.NotFound("model_not_found", "model", $"model: expected one of GET /v1/models, found {Printable.Line(name)}");

    private void RequireOwn(string name)
    {
        if (Find(name) is { Kind: not (ModelKind.Adapter or ModelKind.Finetuned) } model)
            throw new ApiException(409, "model_is_fixed", "model", $"model: expected an adapter that was loaded by name, found {model.Name}, which the server was started with");
    }

    private AdapterVersion NextVersion(string name)
    {
        lock (_lock) return new AdapterVersion(name, _versions[name] = _versions.GetValueOrDefault(name) + 1);
    }

    /// <param name="bytes">What it has taken of the room for adapters.</param>
    private void Put(NamedModel model, long bytes = 0)
    {
        if (!_models.ContainsKey(model.Name)) _order.Add(model.Name);
        _models[model.Name] = new Entry(model, bytes);
    }

    private async Task RetireAsync(Entry entry)
    {
        lock (_lock)
        {
            entry.IsRetired = true;
            if (entry.Users == 0) entry.Unused.TrySetResult();
        }
        await entry.Unused.Task.ConfigureAwait(false);
        await _engine.UnloadAdapterAsync(entry.Model.Adapter!).ConfigureAwait(false);
        _room.Leave(entry.Bytes);
    }

    private void Release(Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Users == 0 && entry.IsRetired) entry.Unused.TrySetResult();
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._:\-]{1,128}\z")]
    private static partial Regex Name();

    private sealed class Entry(NamedModel model, long bytes)
    {
        public NamedModel Model { get; } = model;

        public long Bytes { get; } = bytes;

        public int Users { get; set; }

        public bool IsRetired { get; set; }

        public TaskCompletionSource Unused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
