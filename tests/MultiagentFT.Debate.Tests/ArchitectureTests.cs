using System.Reflection;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Debate.Tests;

/// <summary>The debate knows no native type and no TorchSharp type, and neither does what it is built on.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Platform = ["System.", "Microsoft.Extensions."];

    [Theory]
    [InlineData(typeof(DebateRunner), "MultiagentFT.Foundation", "MultiagentFT.Inference")]
    [InlineData(typeof(IGenerationEngine), "MultiagentFT.Foundation")]
    public void References_stay_within_the_layer(Type member, params string[] layers)
    {
        var allowed = layers.ToHashSet();
        var open = new Queue<Assembly>([member.Assembly]);
        var foreign = new List<string>();
        while (open.TryDequeue(out var assembly))
        {
            foreach (var reference in assembly.GetReferencedAssemblies())
            {
                var name = reference.Name!;
                if (Platform.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))) continue;
                if (!layers.Contains(name)) foreign.Add($"{assembly.GetName().Name} references {name}");
                else if (allowed.Remove(name)) open.Enqueue(Assembly.Load(reference));
            }
        }

        Assert.Empty(foreign);
    }
}
