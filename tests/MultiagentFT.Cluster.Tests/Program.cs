using MultiagentFT.Cluster.Tests;
using MultiagentFT.Cluster.Tests.Simulation;
using Xunit.MicrosoftTestingPlatform;

// The tests, or the workers of one of them, which are a process of their own so that the coordinator is measured alone.
if (args is [SimulatedWorkers.Command, var url, var count, var seconds]) return await SimulatedWorkers.RunAsync(url, count, seconds);
return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
