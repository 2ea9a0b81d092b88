using System.CommandLine;
using System.Net;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Training;
using MultiagentFT.Server;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft serve</c>: a model or a society in OpenAI's API, until it is told to stop.</summary>
internal sealed class ServeCommand : MftCommand
{
    /// <summary>The key that clients have to send, where no file holds it.</summary>
    private const string KeyVariable = "MFT_API_KEY";

    private const string UntrainedSociety = "base-society";

    private readonly SpeakerOptions _speakers;
    private readonly Option<string[]> _adapters;
    private readonly Option<string[]> _beside;
    private readonly Option<string> _adapterFolder;
    private readonly Option<string> _state;
    private readonly Option<string> _trainerMemory;
    private readonly Option<string> _adapterMemory;
    private readonly Option<string> _address;
    private readonly Option<int> _port;
    private readonly Option<string[]> _hosts;
    private readonly Option<string> _keyFile;
    private readonly Option<bool> _anyone;
    private readonly Option<string> _certificate;
    private readonly Option<int> _mostRequests;
    private readonly Option<int> _mostChoices;
    private readonly Option<long> _mostBody;
    private readonly Option<double> _deadline;

    public ServeCommand(Terminal terminal)
        : base(
            "serve",
            "Serves a model or a finetuned society in OpenAI's API (chat completions of every agent, debates, finetuning jobs), and a page to watch and judge debates.",
            terminal,
            "mft serve --society runs/mine",
            "mft serve --society runs/mine --beside other=runs/other",
            "mft serve --model model.gguf --adapter tutor=tutor.gguf --adapter judge=judge.gguf --port 9000",
            "mft serve --society runs/mine --state state/ --adapters-from adapters/",
            "mft serve --model model.gguf --state state/ --memory 6GiB --trainer-memory 2GiB",
            "mft serve --society runs/mine --address 0.0.0.0 --api-key-file key.txt --allowed-host mft.example.org")
    {
        _speakers = new SpeakerOptions(this, terminal, takesRemote: false);
        _adapters = Added(TypedOption.Files("--adapter", "LoRA files or folders of PEFT that answer under names of their own, each NAME=FILE"));
        _beside = Added(TypedOption.Files("--beside", "Run folders of the same base model whose newest societies debate under names of their own, each NAME=RUN"));
        _adapterFolder = Added(TypedOption.Text("--adapters-from", "Folder whose LoRA files may be loaded while the server runs, by POST /v1/adapters", "folder"));
        _state = Added(TypedOption.Text("--state", "Folder for uploaded files, finetuning jobs and their adapters; without it there are none", "folder"));
        _trainerMemory = Added(TypedOption.Text(
            "--trainer-memory", "Of --memory, what a finetuning job may take beside the serving [default: what one on the longest examples takes at least]", "size"));
        _adapterMemory = Added(TypedOption.Text(
            "--adapter-memory", "Of --memory, what adapters may take that are loaded or trained while the server runs [default: 8 of the usual rank]", "size"));
        _address = Added(TypedOption.Text("--address", "Address to listen on; other than loopback needs a key or --allow-anyone [default: 127.0.0.1]", "address"));
        _port = Added(TypedOption.Number<int>("--port", "Port to listen on; 0 takes a free one [default: 8080]"));
        _hosts = Added(TypedOption.Texts("--allowed-host", "Names by which clients may address the server, beside localhost and addresses in numbers", "name"));
        _keyFile = Added(TypedOption.Text("--api-key-file", $"File with the key that clients have to send [default: the environment's {KeyVariable}, else none]", "file"));
        _anyone = Added(TypedOption.Flag("--allow-anyone", "Serve whoever reaches an address other than loopback, without a key"));
        _certificate = Added(TypedOption.Text("--certificate", "PKCS #12 file for TLS, its password in MFT_CERTIFICATE_PASSWORD", "file"));
        _mostRequests = Added(TypedOption.Number<int>("--max-requests", "Answers that run or wait at a time; more are refused with 429 [default: 256]"));
        _mostChoices = Added(TypedOption.Number<int>("--max-choices", "Answers of one request, at most [default: 16]"));
        _mostBody = Added(TypedOption.Number<long>("--max-body", "Bytes of a request's body, at most [default: 1048576]"));
        _deadline = Added(TypedOption.Number<double>("--deadline", "Seconds that requests may go on after the server was told to stop [default: 30]"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var society = _speakers.Read(parsed);
        society = society with
        {
            Adapters = [.. society.Adapters, .. (parsed.GetValue(_adapters) ?? []).Select(text => Named(_adapters, text, "NAME=FILE")).Select(named => new AgentAdapter(named.Name, 1, Path.GetFullPath(AdapterPath.Resolve(named.Value, society.Model))))],
            Beside = BesideOf(parsed, society),
        };
        var (server, host) = (Server(parsed, society), Host(parsed));
        (society, server) = WithMemory(parsed, society, server);
        SocietyHost.Check(server, host);
        await using var served = await Speakers.OpenAsync(society, cancellation).ConfigureAwait(false);
        await using var listening = await SocietyHost.StartAsync(served, server, host, cancellation).ConfigureAwait(false);
        Terminal.Output.WriteLine($"listening on {listening.Address.GetLeftPart(UriPartial.Authority)}");
        await cancellation.UntilCancelledAsync().ConfigureAwait(false);
        Terminal.Error.WriteLine("mft: stopping; what runs may end first");
        await listening.StopAsync().ConfigureAwait(false);
    }

    private ServerOptions Server(ParseResult parsed, SocietyOptions society)
    {
        var defaults = new ServerOptions();
        var mostRequests = parsed.ValueOr(_mostRequests, defaults.MaxRequests);
        return defaults with
        {
            MaxRequests = mostRequests,
            MaxChoices = parsed.ValueOr(_mostChoices, Math.Clamp(mostRequests, 1, defaults.MaxChoices)),
            MaxBodyBytes = parsed.ValueOr(_mostBody, defaults.MaxBodyBytes),
            ApiKey = ReadKey(parsed),
            AllowedHosts = [.. defaults.AllowedHosts, .. parsed.GetValue(_hosts) ?? []],
            AdapterFolder = FolderOf(parsed, _adapterFolder),
            RunFolder = _speakers.Run(parsed) is { } run ? Path.GetFullPath(run) : null,
            StateFolder = parsed.GetValue(_state) is { } state ? FilePath.Full(state, _state.Name) : null,
            Trainer = parsed.GetValue(_state) is null ? null : new TrainerProcess(TrainerProgram.Current()),
            CheckAdapter = (file, stop) => ModelProbe.RequireAsync(new ProbeJob(society.Model, [file], society.Engine), stop),
        };
    }

    /// <summary>The engine gets what a trainer and later adapters leave.</summary>
    private (SocietyOptions Society, ServerOptions Server) WithMemory(ParseResult parsed, SocietyOptions society, ServerOptions server)
    {
        var memory = society.Engine.Memory;
        if (memory.Length == 0) IgnoredOptions.Refuse(parsed, "--memory", _trainerMemory.Name, _adapterMemory.Name);
        if (server.Trainer is null) IgnoredOptions.Refuse(parsed, _state.Name, _trainerMemory.Name);
        var loads = server.Trainer is not null || server.AdapterFolder is not null;
        if (!loads) IgnoredOptions.Refuse(parsed, $"{_state.Name} or {_adapterFolder.Name}", _adapterMemory.Name);
        if (memory.Length == 0 || !loads) return (society, server);
        var parts = ServingMemory.Divide(
            memory, society.Model, server.Training, parsed.GetValue(_trainerMemory), parsed.GetValue(_adapterMemory), server.Trainer is not null, loads);
        Terminal.Error.WriteLine(parts);
        return (
            society with { Engine = society.Engine with { Memory = ServingMemory.Option(parts.Engine) } },
            server with
            {
                AdapterBytes = parts.Adapters,
                Training = parts.Trainer > 0 ? server.Training with { Memory = ServingMemory.Option(parts.Trainer) } : server.Training,
            });
    }

    private HostOptions Host(ParseResult parsed)
    {
        var defaults = new HostOptions();
        var address = parsed.GetValue(_address);
        if (address is not null && !IPAddress.TryParse(address, out _) && address != "localhost")
            throw new InputException(_address.Name, null, "an address in numbers, such as 127.0.0.1 or ::1", address);
        return defaults with
        {
            Address = address is null or "localhost" ? defaults.Address : IPAddress.Parse(address),
            Port = parsed.ValueOr(_port, defaults.Port),
            AllowsAnyone = parsed.GetValue(_anyone),
            Certificate = parsed.GetValue(_certificate),
            Deadline = parsed.ValueOr(_deadline, defaults.Deadline.TotalSeconds) is var seconds and >= 0 and <= 86400
                ? TimeSpan.FromSeconds(seconds)
                : throw new InputException(_deadline.Name, null, "0 to 86400 seconds", $"{parsed.GetValue(_deadline)}"),
            Log = Terminal.Error.WriteLine,
        };
    }

    /// <exception cref="InputException">A name is given twice, or a folder has no whole society.</exception>
    private Dictionary<string, SocietyOptions> BesideOf(ParseResult parsed, SocietyOptions society)
    {
        var others = new Dictionary<string, SocietyOptions>(StringComparer.Ordinal);
        // What finetuning has changed shows beside what it began with.
        if (society.Speakers is not null) others[UntrainedSociety] = society with { Adapters = [], Speakers = null };
        foreach (var (name, folder) in (parsed.GetValue(_beside) ?? []).Select(text => Named(_beside, text, "NAME=RUN")))
        {
            if (!others.TryAdd(name, SocietyOptions.Of(SavedSociety.Latest(folder)))) throw new InputException(_beside.Name, name, "a name that is not taken", name);
        }
        return others;
    }

    /// <exception cref="InputException">The text has another form.</exception>
    private static (string Name, string Value) Named(Option option, string text, string form)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && at < text.Length - 1 ? (text[..at], text[(at + 1)..]) : throw new InputException(option.Name, null, form, text);
    }

    private string? ReadKey(ParseResult parsed)
    {
        if (parsed.GetValue(_keyFile) is not { } file)
        {
            var key = Environment.GetEnvironmentVariable(KeyVariable);
            // Trainers and probes are children of this process and need no key.
            Environment.SetEnvironmentVariable(KeyVariable, null);
            return string.IsNullOrEmpty(key) ? null : key;
        }
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } text ? text : throw new InputException(file, null, "a key", "nothing");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, null, "a readable file with a key", error.Message, error);
        }
    }

    private static string? FolderOf(ParseResult parsed, Option<string> option)
    {
        if (parsed.GetValue(option) is not { } folder) return null;
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : throw new InputException(folder, null, "a folder", "none");
    }
}
