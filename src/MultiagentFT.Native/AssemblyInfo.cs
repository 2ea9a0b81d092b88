using System.Runtime.CompilerServices;

// Structs cross as they lie in memory; nothing is converted behind our back.
[assembly: DisableRuntimeMarshalling]
[assembly: InternalsVisibleTo("MultiagentFT.Benchmarks")]
[assembly: InternalsVisibleTo("MultiagentFT.LLamaSharp")]
[assembly: InternalsVisibleTo("MultiagentFT.LLamaSharp.Tests")]
[assembly: InternalsVisibleTo("MultiagentFT.Native.Tests")]
[assembly: InternalsVisibleTo("MultiagentFT.Decoder")]
