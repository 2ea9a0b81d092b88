using BenchmarkDotNet.Running;
using MultiagentFT.Benchmarks.Reporting;

// dotnet run -c Release --project benchmarks/MultiagentFT.Benchmarks -- --filter '*Generation*'
BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(args, BenchmarkSettings.Create());
