using System.Runtime.CompilerServices;
using MultiagentFT.Cli.Setup;

namespace MultiagentFT.Cli.Tests.Processes;

/// <summary>Tests open hundreds of models of noise; only those of the probe open them in a process of their own first.</summary>
internal static class ProbeSwitch
{
    [ModuleInitializer]
    internal static void TurnOff() => Environment.SetEnvironmentVariable(ModelProbe.Variable, "0");
}
