using System.Diagnostics;
using MultiagentFT.Cluster.Tests.Servers;
using YamlDotNet.RepresentationModel;

namespace MultiagentFT.Cli.Tests.Commands;

/// <summary>What the recipes of a cluster ask of the program and the server exists.</summary>
public sealed class RecipeTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "deploy");

    [Fact]
    public void The_compose_file_starts_workers_by_options_that_there_are()
    {
        var services = (YamlMappingNode)Documents("compose.yaml").Single()["services"];
        var worker = (YamlMappingNode)services["worker"];

        Understood(worker["command"]);
        // Longer than the default of --grace, so that nobody is killed who is about to hand back.
        Assert.Equal("45s", Text(worker["stop_grace_period"]));
        foreach (var file in ((YamlSequenceNode)services["nats"]["volumes"]).Select(Text).Where(volume => volume.StartsWith("./", StringComparison.Ordinal)))
            Assert.True(File.Exists(Path.Combine(Folder, file.Split(':')[0])), file);
    }

    [Fact]
    public void The_manifest_starts_workers_by_options_that_there_are_and_its_parts_fit_together()
    {
        var parts = Documents("kubernetes.yaml");
        Assert.Equal(["Service", "StatefulSet", "Deployment"], parts.Select(part => Text(part["kind"])));
        foreach (var part in parts.Skip(1))
        {
            var (spec, template) = (part["spec"], part["spec"]["template"]);
            Assert.Equal(Text(spec["selector"]["matchLabels"]["app"]), Text(template["metadata"]["labels"]["app"]));
            var claimed = spec is YamlMappingNode node && node.Children.TryGetValue("volumeClaimTemplates", out var claims) ? ((YamlSequenceNode)claims).Select(claim => Text(claim["metadata"]["name"])) : [];
            var volumes = ((YamlSequenceNode)template["spec"]["volumes"]).Select(volume => Text(volume["name"])).Concat(claimed).ToList();
            foreach (var mount in ((YamlSequenceNode)template["spec"]["containers"][0]["volumeMounts"]).Select(mount => Text(mount["name"]))) Assert.Contains(mount, volumes);
        }
        Assert.Equal(Text(parts[0]["metadata"]["name"]), Text(parts[1]["spec"]["serviceName"]));
        Assert.Equal(Text(parts[0]["spec"]["selector"]["app"]), Text(parts[1]["spec"]["template"]["metadata"]["labels"]["app"]));
        Understood(parts[2]["spec"]["template"]["spec"]["containers"][0]["args"]);
    }

    [Fact]
    public async Task The_server_takes_its_configuration()
    {
        var start = new ProcessStartInfo(NatsServer.Program(), ["-t", "-c", Path.Combine(Folder, "nats.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        (start.Environment["RUN_PASSWORD"], start.Environment["WORKER_PASSWORD"]) = ("one", "two");
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("is valid", said, StringComparison.Ordinal);
    }

    private static IReadOnlyList<YamlNode> Documents(string file)
    {
        using var reader = File.OpenText(Path.Combine(Folder, file));
        var stream = new YamlStream();
        stream.Load(reader);
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    /// <summary>The program parses a command line of the recipes to the end.</summary>
    private static void Understood(YamlNode command)
    {
        string[] arguments = [.. ((YamlSequenceNode)command).Select(Text)];
        var parsed = CommandLine.CreateRoot(new Terminal(TextWriter.Null, TextWriter.Null, Stream.Null)).Parse(arguments);

        Assert.Equal("work", parsed.CommandResult.Command.Name);
        Assert.Empty(parsed.Errors);
        Assert.Empty(parsed.UnmatchedTokens);
    }
}
