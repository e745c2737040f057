"""How a month goes: the page everybody reads, and the two engines that walk it."""
