; E702 grbl-laser: line too long
G21 G17 G90 G94 G54
M5 S0
; mark
G0 X15 Y28
M3 S150
G1 X22 Y28 F3000
M5
; hole hole hole hole hole hole hole hole hole hole hole hole hole hole hole hole hole hole hole hole 
G0 X31 Y22
M3 S800
G4 P0.2
G1 X33.9 Y22 F1200
G3 X33.9 Y22 I-3.9 J0
M5
; outline
G0 X30 Y8
M3 S800
G4 P0.2
G1 X30 Y9.9 F1200
G1 X47
G3 X50.1 Y13 I0 J3.1
G1 Y31
G3 X47 Y34.1 I-3.1 J0
G1 X13
G3 X9.9 Y31 I0 J-3.1
G1 Y13
G3 X13 Y9.9 I3.1 J0
G1 X30
G1 X30.5
G1 X31.5 Y8.9
M5
G0 X0 Y0
M2
