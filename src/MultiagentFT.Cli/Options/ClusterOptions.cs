using System.CommandLine;
using MultiagentFT.Cli.Setup;

namespace MultiagentFT.Cli.Options;

/// <summary>The options of a command whose work can be spread.</summary>
internal sealed class ClusterOptions
{
    private readonly ConnectionOptions _connection;
    private readonly Option<int> _priority = TypedOption.Number<int>("--priority", "With --nats: work of higher ones is done first [default: 0]");
    private readonly Option<bool> _same = TypedOption.Flag("--same-kernels", "With --nats: only workers of one instruction set, so that the result is that of one machine");
    private readonly Option<double> _lease = TypedOption.Number<double>("--lease", "With --nats: seconds after which work of a silent worker goes to another [default: 30]");
    private readonly Option<int> _tries = TypedOption.Number<int>("--tries", "With --nats: failed tries after which work is set aside [default: 3]");
    private readonly Option<int> _replicas = TypedOption.Number<int>("--nats-replicas", "Copies that a cluster of servers keeps of streams created here [default: 1]");

    public ClusterOptions(Command command)
    {
        _connection = new ConnectionOptions(command, isRequired: false);
        foreach (var option in (Option[])[_replicas, _priority, _same, _lease, _tries]) command.Add(option);
    }

    /// <summary>Null without <c>--nats</c>: everything stays in this process.</summary>
    /// <exception cref="Foundation.InputException">There are other options of a cluster without it.</exception>
    public ClusterChoice? Read(ParseResult parsed)
    {
        if (_connection.Read(parsed) is not { } address)
        {
            IgnoredOptions.Refuse(parsed, ConnectionOptions.Url, ((Option[])[_replicas, _priority, _same, _lease, _tries]).Select(option => option.Name));
            return null;
        }
        return new ClusterChoice(
            address with { Replicas = parsed.ValueOr(_replicas, 1) },
            parsed.ValueOr(_priority, 0),
            parsed.GetValue(_same),
            parsed.ValueOr(_lease, 30d),
            parsed.ValueOr(_tries, 3));
    }
}
