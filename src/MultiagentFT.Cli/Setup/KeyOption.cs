using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Remote;

namespace MultiagentFT.Cli.Setup;

/// <summary>Where the API key comes from: a file, or the environment. It is no setting, as settings are written down.</summary>
internal sealed class KeyOption
{
    private readonly Option<string> _file;

    /// <param name="command">Gets the option.</param>
    public KeyOption(Command command)
    {
        _file = TypedOption.Text("--api-key-file", $"File with the API key of remote models [default: the environment's {ApiKey.Variable}]", TypedOption.File);
        command.Add(_file);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="usesRemote">Whether any agent is a remote model.</param>
    /// <param name="baseUrl">Of its endpoint.</param>
    /// <param name="isGiven">Whether the user has named the endpoint, not a run folder that may be somebody else's.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="InputException">The file holds none, nobody would get it, or a run folder alone says who would.</exception>
    public ApiKey? Read(ParseResult parsed, bool usesRemote, string baseUrl, bool isGiven)
    {
        if (!usesRemote)
        {
            IgnoredOptions.Refuse(parsed, "a remote model (--model openai:NAME)", _file.Name);
            return null;
        }
        if (parsed.GetValue(_file) is { } file) return ApiKey.OfFile(file);
        var key = ApiKey.OfEnvironment();
        if (key is null || isGiven || baseUrl == RemoteOptions.OpenAi) return key;
        throw new InputException(
            RemoteSettings.BaseUrl, null, $"{RemoteSettings.BaseUrl} {baseUrl} or {_file.Name} on the command line, as a run folder alone does not decide where {ApiKey.Variable} is sent",
            "neither");
    }
}
